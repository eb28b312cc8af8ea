"""How many of the labelled programs are judged rightly, by part: three quarters to tune on, one to report.

python -m audit.measuring [--part tuned|reported] [--misses] [--keep FILE]        (in tests/)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

import lossmith as lm
from audit.programs import VARIATIONS, Variation, cases, ready

PARTS = ("tuned", "reported")


@dataclass(frozen=True)
class Verdict:
    """What an audit said of a program in a variation."""

    case: str
    variation: Variation
    expected: str | None
    roots: tuple[tuple[str, str], ...]  # code and severity of each finding, what it explains left out
    explained: tuple[str, ...]
    seconds: float

    @property
    def is_right(self) -> bool:
        """A wrong program is named; a right one has neither error nor warning."""
        if self.expected is None:
            return all(severity == "note" for _, severity in self.roots)
        return self.expected in {code for code, _ in self.roots}


def part_of(name: str) -> str:
    """By the name, the same for a program and its mended twin."""
    digest = hashlib.sha256(name.removesuffix("_fixed").encode()).digest()
    return PARTS[digest[0] % 4 == 3]


def judged(name: str, case: ModuleType, variations: Iterable[Variation] = VARIATIONS) -> Iterator[Verdict]:
    """The verdict on a case in each variation."""
    for variation in variations:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = ready(case, variation)
            report = lm.audit(program.model, program.loss, program.inputs, program.target, ignore=program.ignore)
        roots = tuple((each.code, each.severity) for each in report.findings)
        explained = tuple(c.code for each in report.findings for c in each.consequences)
        if report.skipped:
            raise AssertionError(f"{name}: {report.skipped}")
        yield Verdict(name, variation, case.EXPECTED, roots, explained, report.seconds)


def share(verdicts: list[Verdict]) -> dict[str, float | int]:
    """How many are judged rightly; with the interval in which 95 of 100 lie when programs are drawn again."""
    by_case: dict[str, list[bool]] = {}
    for v in verdicts:
        by_case.setdefault(v.case, []).append(v.is_right)
    rights = np.array([sum(runs) for runs in by_case.values()])
    runs = np.array([len(runs) for runs in by_case.values()])
    drawn = np.random.default_rng(0).integers(len(runs), size=(10_000, len(runs)))  # runs of a program go together
    shares = rights[drawn].sum(1) / runs[drawn].sum(1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return {
        "programs": len(runs),
        "runs": int(runs.sum()),
        "right": int(rights.sum()),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def main() -> None:
    """Print how many of each part are judged rightly, and where asked for what was misjudged; or keep the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=PARTS, default=None)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--keep", type=Path, help="where to write the figures, as JSON")
    arguments = parser.parse_args()
    figures = {}
    for part in [arguments.part] if arguments.part else PARTS:
        verdicts = [v for n, c in cases().items() if part_of(n) == part for v in judged(n, c)]
        wrong = share([v for v in verdicts if v.expected is not None])
        right = share([v for v in verdicts if v.expected is None])
        figures[part] = {"wrong": wrong, "right": right}
        print(f"{part}: {wrong['right']} of {wrong['runs']} wrong runs named")
        print(f"{part}: {right['runs'] - right['right']} of {right['runs']} right runs blamed")
        if arguments.misses:
            for v in verdicts:
                if not v.is_right:
                    print(f"  {v.case} {v.variation}: expected {v.expected}, said {v.roots} {v.explained}")
    if arguments.keep:
        arguments.keep.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
