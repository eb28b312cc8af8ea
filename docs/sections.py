"""The generated sections of the pages: tables of losses and words, and the catalogue."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import re
import typing
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import lossmith as lm
from lossmith import fields, formula
from lossmith.benching import Results
from lossmith.benching.figures import Pair
from lossmith.benching.peers import EAGER
from lossmith.benching.report import body
from lossmith.benching.subjects import BOTH
from lossmith.benching.tables import targets
from lossmith.errors import DefinitionError
from lossmith.explaining import explain
from lossmith.explaining.prose import in_words
from lossmith.formula.emit.textbook import latex
from lossmith.formula.terms import Condition, Term, expression_of

DEFAULTS = [cls() for cls in lm.ALL]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [headings, ["---"] * len(headings), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def math_of(text: str) -> str:
    """LaTeX as an inline formula; bars have names (a table would cut there), and long names keep apart."""
    text = re.sub(r"(left|right)\|", r"\1\\vert ", text)
    return r"\(" + re.sub(r"(\\mathrm\{[^}]*\}) (?=[\\\w])", r"\1 \\, ", text) + r"\)"


# Losses ---------------------------------------------------------------------------------------------------------------


def losses() -> str:
    """A line for each kind, with the names of its losses, for a first look."""
    return table(["kind", "losses"], ([title, ", ".join(_name(x) for x in kind)] for title, kind in _kinds(DEFAULTS)))


def catalogue() -> str:
    """A line for each loss, by kind, with a link to all that there is to say of it."""
    parts = []
    for title, kind in _kinds(DEFAULTS):
        rows = ([f"[{_name(x)}]({address(x)})", x.traits.target.name, x.traits.elicits, x.summary] for x in kind)
        parts.append(f"## {title}\n\n{table(['loss', 'reads', 'its best prediction is the', 'in a sentence'], rows)}")
    return "\n".join(parts)


def address(loss: lm.Loss) -> str:
    """The page and section of a loss."""
    return f"catalogue-{loss.traits.task}.md#{loss.name}"


def catalogue_regression() -> str:
    """All there is to say of the losses of this task."""
    return _chapters("regression")


def catalogue_binary() -> str:
    """All there is to say of the losses of this task."""
    return _chapters("binary")


def catalogue_classes() -> str:
    """All there is to say of the losses of this task."""
    return _chapters("classes")


def catalogue_distribution() -> str:
    """All there is to say of the losses of this task."""
    return _chapters("distribution")


def catalogue_sequence() -> str:
    """All there is to say of the losses of this task."""
    return _chapters("sequence")


def catalogue_sets() -> str:
    """All there is to say of the losses of this task."""
    return _chapters("sets")


def _chapters(task: str) -> str:
    kinds = _kinds([loss for loss in DEFAULTS if loss.traits.task == task])
    return "\n".join(f"## {title}\n\n" + "\n".join(map(_loss, kind)) for title, kind in kinds)


def _kinds(losses: Sequence[lm.Loss]) -> list[tuple[str, list[lm.Loss]]]:
    """The losses by the file that they are in, under the first sentence of that file."""
    kinds: dict[str, list[lm.Loss]] = {}
    for loss in losses:
        said = inspect.getdoc(inspect.getmodule(type(loss))) or ""
        kinds.setdefault(said.partition("\n")[0].rstrip("."), []).append(loss)
    return list(kinds.items())


def _name(loss: lm.Loss) -> str:
    return f"`{type(loss).__name__}`"


def _loss(loss: lm.Loss) -> str:
    cls = type(loss)
    parts = [
        f"### {cls.__name__} {{ #{loss.name} }}",
        f"`lm.{loss!r}` · in files and flags `{loss.name}` · family [`{_family(cls)}`](api.md#lossmith.{_family(cls)})",
        *_prose(cls),
        _curve(loss),
        _formulas(loss),
        _parameters(loss),
        table(["trait", ""], in_words(loss.traits).items()),
        *(f"**{heading}.** {_sentence(text)}" for heading, text in _advice(loss)),
        _example(cls),
        f"*{loss.reference}*",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _advice(loss: lm.Loss) -> list[tuple[str, str]]:
    return [
        ("When", loss.when),
        ("When not", loss.when_not),
        ("Goes wrong", loss.goes_wrong),
        ("Relatives", loss.relatives),
    ]


def _family(cls: type[lm.Loss]) -> str:
    return next(base.__name__ for base in cls.__mro__ if base.__module__.startswith("lossmith.families"))


def _prose(cls: type[lm.Loss]) -> list[str]:
    paragraphs = (inspect.getdoc(cls) or "").split("\n\n")
    end = next(i for i, p in enumerate(paragraphs) if p.startswith(("When:", "Reference:", "Example:")))
    return paragraphs[:end]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _example(cls: type[lm.Loss]) -> str:
    example = (inspect.getdoc(cls) or "").partition("Example:\n")[2]
    return f"```pycon\n{inspect.cleandoc(example)}\n```" if example else ""


def _formulas(loss: lm.Loss) -> str:
    """Value, slope and curvature by each argument of the formula that is a prediction."""
    rows = [["value", math_of(loss.latex)]]
    if loss.LATEX:  # a function of torch: autograd has its slopes
        return table(["", "formula"], rows)
    traced = loss._traced("formula")
    for i, argument in enumerate(traced.arguments):
        slope = traced.derivative((i,))
        if slope == 0 or argument.name.endswith("t"):  # an argument that is not used, or the target
            continue
        by = math_of(latex(argument))
        rows += [
            [f"slope by {by}", math_of(latex(slope))],
            [f"curvature by {by}", math_of(latex(traced.derivative((i, i))))],
        ]
    return table(["", "formula"], rows)


def _parameters(loss: lm.Loss) -> str:
    cls = type(loss)
    source = "".join(inspect.getsource(base) for base in cls.__mro__ if base.__module__.startswith("lossmith.losses"))
    ranges = fields.scalars(cls)
    rows = []
    for field in dataclasses.fields(cls):
        comment = re.search(rf"^    {field.name}: .*?  # (.+)$", source, re.M)
        if field.name in ranges:
            allowed = str(ranges[field.name]).replace("inf", "∞")
        else:
            allowed = " or ".join(f"`{choice!r}`" for choice in typing.get_args(typing.get_type_hints(cls)[field.name]))
        rows.append([f"`{field.name}`", allowed, f"`{field.default!r}`", comment[1] if comment else ""])
    return table(["parameter", "range", "default", "meaning"], rows) if rows else ""


def _curve(loss: lm.Loss) -> str:
    """Value and slope as a small picture, drawn in the colours of the page."""
    curve = explain(loss).curve
    pictures = "".join(
        _plot(title, curve.scores, values) for title, values in (("value", curve.values), ("slope", curve.slopes))
    )
    return f'<figure class="curves">{pictures}<figcaption>{curve.label}</figcaption></figure>'


def _plot(title: str, x: Sequence[float], y: Sequence[float]) -> str:
    width, height, left, foot, head = 320, 170, 44, 24, 22
    low, high = min(*y, 0.0) + 0.0, max(*y, 0.0) + 0.0  # no "-0"
    high = high if high > low else low + 1

    def at(u: float, v: float) -> tuple[float, float]:
        across, up = (u - x[0]) / (x[-1] - x[0]), (v - low) / (high - low)
        return left + across * (width - left - 10), height - foot - up * (height - foot - head)

    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in (at(u, v) for u, v in zip(x, y, strict=True)))
    (x0, zero), (x1, _) = at(x[0], 0), at(x[-1], 0)
    ticks = [(x0, "start", x[0]), ((x0 + x1) / 2, "middle", (x[0] + x[-1]) / 2), (x1, "end", x[-1])]
    marks = "".join(f'<text x="{a:.1f}" y="{height - 6}" text-anchor="{where}">{v:g}</text>' for a, where, v in ticks)
    marks += "".join(
        f'<text x="{left - 6}" y="{at(0, v)[1] + 4:.1f}" text-anchor="end">{v:.3g}</text>' for v in (low, high)
    )
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}">'
        f'<text x="{left}" y="13" class="title">{title}</text>{marks}'
        f'<line x1="{x0:.1f}" x2="{x1:.1f}" y1="{zero:.1f}" y2="{zero:.1f}"/><polyline points="{points}"/></svg>'
    )


# Words ----------------------------------------------------------------------------------------------------------------


def words() -> str:
    """The language: each word, its textbook definition, its slopes."""
    return table(["word", "definition", "slope"], (_word(name) for name in formula.__all__))


def _word(name: str) -> list[str]:
    import sympy

    word: Any = getattr(formula, name)
    names = list(inspect.signature(getattr(word, "textbook", word)).parameters)
    symbols = [sympy.Symbol(n, real=True) for n in names]
    arguments = [Condition(s) if s.name == "condition" else Term(s) for s in symbols]
    expression = expression_of(word(*arguments))
    slopes = []
    for symbol in symbols:
        if symbol.name not in ("condition", "low", "high"):
            by = f"by {math_of(latex(symbol))}: " if len(names) > 1 and name != "clip" else ""
            with contextlib.suppress(DefinitionError):  # a hyper-parameter by which nothing is differentiated
                slopes.append(by + math_of(latex(expression.diff(symbol))))
    return [f"`{name}({', '.join(names)})`", math_of(latex(expression)), "<br>".join(slopes)]


# Speed ----------------------------------------------------------------------------------------------------------------


BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "results" / "benchmark.json"


def speed() -> str:
    """How many times as fast as torch eager, and how many targets are reached, in the benchmark that is kept."""
    results = Results.load(BENCHMARK)
    pairs = [p for p in results.of(Pair) if (p.peer, p.work.mode, p.work.device) == (EAGER, BOTH, "cpu")]
    kinds = {
        "the losses of each element": [p.speedup for p in pairs if len(p.work.shape) == 1],
        "cross-entropy": [p.speedup for p in pairs if len(p.work.shape) == 2],
    }
    ranges = [f"{kind} {min(found):.2g} to {max(found):.2g}" for kind, found in kinds.items()]
    rows = targets(results).rows
    return (
        f"Value with gradient on a CPU, times as fast as torch eager: {', '.join(ranges)}. "
        f"{sum(row[-1] == 'reached' for row in rows)} of {len(rows)} targets are reached: "
        "[docs/benchmarks.md](docs/benchmarks.md).\n"
    )


def benchmarks() -> str:
    """The tables of the benchmark that is kept."""
    return body(Results.load(BENCHMARK))


# Calls ----------------------------------------------------------------------------------------------------------------


def options() -> str:
    """The options of a call, from the docstring that defines them."""
    from lossmith.call import Options

    text = (inspect.getdoc(Options) or "").partition("Attributes:\n")[2]
    found = re.findall(r"^ {4}(\w+): (.+?)(?=^ {4}\w|\Z)", text, re.DOTALL | re.M)
    return table(["option", "meaning"], ([f"`{name}`", " ".join(meaning.split())] for name, meaning in found))
