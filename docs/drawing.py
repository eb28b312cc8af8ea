"""Lines over two axes as SVG, for the pages of the documentation: in the colours of the page, light or dark."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lossmith import page
from lossmith.claims import Picture

WIDTH, HEIGHT = 340, 210
LEFT, RIGHT, HEAD, FOOT = 46, 12, 26, 38  # of the frame
DASHES = ("", "6 3", "2 3", "9 3 2 3", "4 2", "1 2")  # lines that lie on each other, and eyes that see no colours


@dataclass(frozen=True)
class Axis:
    """From a value to its share of the way between the ends."""

    low: float
    high: float
    is_log: bool

    @classmethod
    def over(cls, values: Iterable[float], is_log: bool) -> Axis:
        """The axis on which all of them lie; it has a length even if they are one number."""
        values = list(values)
        low, high = min(values), max(values)
        if is_log:
            return cls(low, high if high > low else 10 * low, True)
        if 0 < low < high / 2:
            low = 0.0
        return cls(low, high if high > low else low + 1, False)

    def share(self, value: float) -> float:
        """0 at the low end, 1 at the high end."""
        low, high, value = (math.log10(v) if self.is_log else v for v in (self.low, self.high, value))
        return (value - low) / (high - low)

    def ticks(self) -> list[float]:
        """Round numbers between the ends: 2 to 6; of a logarithmic axis the powers of ten, if there are two."""
        if self.is_log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            every = max(1, math.ceil((last - first) / 4))
            powers = [10.0**power for power in range(first, last + 1, every)]
            return powers if len(powers) > 1 else [self.low, self.high]
        rough = (self.high - self.low) / 4
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * times for times in (1, 2, 2.5, 5, 10) if unit * times >= rough)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [step * count for count in range(first, last + 1)]


def drawn(pictures: Sequence[Picture]) -> str:
    """The pictures side by side, as HTML on one line; nothing if there are none."""
    return f'<div class="pictures">{"".join(map(_figure, pictures))}</div>' if pictures else ""


def _figure(picture: Picture) -> str:
    colours = page.palette()
    looks = [(colours[i % len(colours)], DASHES[i % len(DASHES)]) for i in range(len(picture.lines))]
    keys = "".join(_key(line.name, look) for line, look in zip(picture.lines, looks, strict=True))
    return f"<figure>{_svg(picture, looks)}<figcaption>{keys}</figcaption></figure>"


def _key(name: str, look: tuple[str, str]) -> str:
    sample = f'<svg viewBox="0 0 26 8"><line x1="1" x2="25" y1="4" y2="4" {_stroke(look)}/></svg>'
    return f"<span>{sample}{_said(name)}</span>"


def _svg(picture: Picture, looks: Sequence[tuple[str, str]]) -> str:
    x = Axis.over((v for line in picture.lines for v in line.x), "x" in picture.log)
    y = Axis.over((v for line in picture.lines for v in line.y), "y" in picture.log)

    def at(u: float, v: float) -> tuple[float, float]:
        return LEFT + x.share(u) * (WIDTH - LEFT - RIGHT), HEIGHT - FOOT - y.share(v) * (HEIGHT - FOOT - HEAD)

    right, bottom = WIDTH - RIGHT, HEIGHT - FOOT
    parts = [f'<text x="4" y="12" class="title">{_said(picture.title)}</text>']
    for value in x.ticks():
        across = at(value, y.low)[0]
        parts.append(f'<text x="{across:.1f}" y="{bottom + 14}" text-anchor="middle">{_short(value)}</text>')
    for value in y.ticks():
        up = at(x.low, value)[1]
        parts.append(f'<line x1="{LEFT}" x2="{right}" y1="{up:.1f}" y2="{up:.1f}"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{up + 4:.1f}" text-anchor="end">{_short(value)}</text>')
    parts.append(f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 6}" text-anchor="middle">{_said(_axes(picture))}</text>')
    for line, look in zip(picture.lines, looks, strict=True):
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in map(at, line.x, line.y))
        parts.append(f'<polyline points="{points}" {_stroke(look)}/>')
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{_said(picture.title)}">{"".join(parts)}</svg>'


def _axes(picture: Picture) -> str:
    return f"{picture.y} by {picture.x}" if picture.y else picture.x


def _stroke(look: tuple[str, str]) -> str:
    colour, dash = look
    return f'style="stroke:{colour}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _short(value: float) -> str:
    """0.2, 3000, 1e-10."""
    return f"{value + 0.0:.4g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def _said(text: str) -> str:
    return html.escape(text)
