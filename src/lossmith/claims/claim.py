"""What a claim is, what its experiment finds, and the one rule by which a verdict follows from intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

LEVEL = 0.95  # of every interval


class Verdict(StrEnum):
    """What became of a claim."""

    HOLDS = "holds"
    CONDITIONS = "holds under conditions"
    FAILS = "does not hold"


@dataclass(frozen=True)
class Figure:
    """A number with its 95 % interval; of what is computed exactly, the interval is the number."""

    value: float
    low: float
    high: float

    @classmethod
    def exact(cls, value: float) -> Figure:
        """A number without chance."""
        return cls(value, value, value)

    @classmethod
    def mean(cls, values: Sequence[float]) -> Figure:
        """The mean of independent repetitions, with Student's interval.

        >>> Figure.mean([1.0, 2.0, 3.0])
        Figure(value=2.0, low=-0.4841, high=4.484)
        """
        return cls(*map(_short, _student(values)))

    @classmethod
    def ratio(cls, values: Sequence[float]) -> Figure:
        """The geometric mean of independent ratios, with Student's interval of their logarithms."""
        of_logs = _student([math.log(value) for value in values])
        return cls(*(_short(math.exp(min(bound, 700.0))) for bound in of_logs))


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that a claim says of one case: that ``figure`` lies above a number, below one, or between two.

    ``is_timed``: the figure is a time, and another run measures another.
    """

    says: str
    figure: Figure
    above: float = -math.inf
    below: float = math.inf
    is_timed: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether the whole interval lies where the claim puts the figure."""
        return self.above < self.figure.low and self.figure.high < self.below


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a picture."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Lines over one axis; ``log`` names the axes that are logarithmic: "x", "y", "xy"."""

    title: str
    x: str
    y: str
    lines: Sequence[Line]
    log: str = ""


@dataclass(frozen=True)
class Evidence:
    """What an experiment finds."""

    checks: Sequence[Check]
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence of the lecture, and the experiment that tests it, from a seed and whether it shall be quick."""

    number: int
    sentence: str
    source: str
    data: str
    measure: str
    experiment: Callable[[int, bool], Evidence] = field(repr=False)

    def test(self, *, seed: int = 0, quick: bool = False) -> Result:
        """Run the experiment. The same seed gives the same figures; torch's state of chance is left as it was."""
        from lossmith.comparing.model import isolated

        with isolated(seed):
            evidence = self.experiment(seed, quick)
        said = (self.number, self.sentence, self.source, self.data, self.measure)
        return Result(*said, tuple(evidence.checks), tuple(evidence.pictures))


@dataclass(frozen=True)
class Result:
    """What became of a claim: its checks, the verdict that follows from them, and pictures."""

    number: int
    sentence: str
    source: str
    data: str
    measure: str
    checks: tuple[Check, ...]
    pictures: tuple[Picture, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """See ``verdict_of``."""
        return verdict_of(self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Plain values; a bound that is none is left out."""
        checks = [
            {name: value for name, value in asdict(check).items() if value not in (math.inf, -math.inf)}
            | {"is_shown": check.is_shown}
            for check in self.checks
        ]
        return asdict(self) | {"verdict": str(self.verdict), "checks": checks}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Result:
        """The result whose ``to_dict`` this is. The verdict is not read: it follows."""
        checks = tuple(
            Check(**{k: v for k, v in check.items() if k != "is_shown"} | {"figure": Figure(**check["figure"])})
            for check in plain["checks"]
        )
        pictures = tuple(
            Picture(**picture | {"lines": [Line(**line) for line in picture["lines"]]}) for picture in plain["pictures"]
        )
        said = {name: plain[name] for name in ("number", "sentence", "source", "data", "measure")}
        return cls(**said, checks=checks, pictures=pictures)


def verdict_of(checks: Sequence[Check]) -> Verdict:
    """A claim holds if all of its checks are shown, under conditions if some are, and else not.

    An interval that reaches over the border shows nothing.
    """
    shown = sum(check.is_shown for check in checks)
    if shown == 0:
        return Verdict.FAILS
    return Verdict.HOLDS if shown == len(checks) else Verdict.CONDITIONS


def _student(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean, and the ends of its interval."""
    from scipy.stats import t

    value, count = float(np.mean(values)), len(values)
    if count < 2:
        return value, -math.inf, math.inf  # one repetition cannot tell a finding from luck
    reach = float(t.ppf((1 + LEVEL) / 2, count - 1)) * float(np.std(values, ddof=1)) / math.sqrt(count)
    return value, value - reach, value + reach


def _short(value: float) -> float:
    """Four significant digits: more is noise, and machines differ in it."""
    return float(f"{value:.4g}")
