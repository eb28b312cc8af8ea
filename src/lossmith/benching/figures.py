"""What was measured, as plain values that JSON can hold. Every file is replaced in one step, never half."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lossmith.benching.subjects import Shape, Work
from lossmith.errors import DataError

FILE = "benchmark.json"


@dataclass(frozen=True)
class Pair:
    """Ours against one peer: medians in seconds; how many times as fast ours is, with the quartiles of the rounds."""

    work: Work
    peer: str
    ours: float
    theirs: float
    speedup: float
    low: float
    high: float
    rounds: int


@dataclass(frozen=True)
class Peak:
    """The memory that a call takes on top of its inputs, in bytes that really are resident."""

    work: Work
    side: str
    bytes: int


@dataclass(frozen=True)
class Start:
    """Seconds of the first value and gradient in a process that has imported the library: kernels are made here."""

    loss: str
    cache: str  # "cold" or "warm"
    seconds: float


@dataclass(frozen=True)
class Failure:
    """What could not be measured, and why; wrong where two answers differ."""

    work: Work
    side: str
    why: str
    is_wrong: bool = False


Figure = Pair | Peak | Start | Failure
KINDS = {cls.__name__.lower(): cls for cls in (Pair, Peak, Start, Failure)}


@dataclass
class Results:
    """All figures of a run, the machine that they hold for, and what was left out."""

    machine: dict[str, str] = field(default_factory=dict)
    bandwidth: dict[str, float] = field(default_factory=dict)  # bytes a second, by device
    other_work: float | None = None  # the share of the processors that other programs took during the run
    notes: list[str] = field(default_factory=list)  # what was not measured at all, in words
    figures: list[Figure] = field(default_factory=list)
    is_whole: bool = False

    def of(self, kind: type[Any]) -> list[Any]:
        """The figures of one kind, in the order in which they were found."""
        return [figure for figure in self.figures if isinstance(figure, kind)]

    def peak(self, work: Work, side: str) -> int | None:
        """The memory of one side, where it was measured."""
        return next((p.bytes for p in self.of(Peak) if p.work == work and p.side == side), None)

    def save(self, folder: Path) -> Path:
        """Write the JSON; a ``DataError`` where that cannot be."""
        return replace(folder / FILE, self.to_json())

    def to_json(self) -> str:
        """Everything, a figure a line."""
        lines = ",\n".join(json.dumps(plain(figure)) for figure in self.figures)
        head = {name: value for name, value in vars(self).items() if name != "figures"}
        return json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}") + f',\n "figures": [\n{lines}\n]}}\n'

    @classmethod
    def load(cls, path: Path) -> Results:
        """What :meth:`save` wrote."""
        content = json.loads(path.read_text("utf-8"))
        return cls(**content | {"figures": [figure_of(entry) for entry in content["figures"]]})


def plain(figure: Figure) -> dict[str, Any]:
    """A figure as JSON has it: numbers to five digits, its work beside them, flat."""
    entry = {name: value for name, value in vars(figure).items() if name != "work"}
    entry = {name: float(f"{value:.5g}") if isinstance(value, float) else value for name, value in entry.items()}
    return {"kind": type(figure).__name__.lower(), **(vars(figure.work) if hasattr(figure, "work") else {}), **entry}


def figure_of(entry: dict[str, Any]) -> Figure:
    """The figure that :func:`plain` wrote."""
    cls: Any = KINDS[entry["kind"]]
    given = {name: value for name, value in entry.items() if name != "kind"}
    if "shape" in given:
        given["work"] = work_of({f.name: given.pop(f.name) for f in dataclasses.fields(Work)})
    figure: Figure = cls(**given)
    return figure


def work_of(entry: dict[str, Any]) -> Work:
    """A question that came through JSON, where a tuple is a list."""
    shape: Shape = tuple(entry["shape"])
    return Work(**entry | {"shape": shape})


def replace(path: Path, text: str) -> Path:
    """Write a text file in one step, and its folder where it is missing; a ``DataError`` where that cannot be."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, path)
    except OSError as error:
        raise DataError(f"{str(path)!r} cannot be written: {error.strerror}. Choose another folder.") from error
    return path
