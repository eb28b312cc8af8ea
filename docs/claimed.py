"""The generated sections about the textbook's claims, from docs/measured/claims.json.

``python docs/claimed.py [N …]`` measures these claims again, or all, and keeps the others.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from drawing import drawn
from sections import table

from lossmith.claims import Result, report, select, tables

__all__ = ["claims", "verdicts"]

FILE = Path(__file__).resolve().parent / "measured" / "claims.json"


def measured() -> list[Result]:
    """What `lossmith claims` found."""
    return [Result.from_dict(plain) for plain in json.loads(FILE.read_text("utf-8"))]


def verdicts() -> str:
    """A claim a line."""
    summary = tables.summary(measured())
    return table(list(summary.headings), [list(row) for row in summary.rows])


def claims() -> str:
    """The pictures and all checks of each claim."""
    parts = []
    for result in measured():
        checks = tables.checks(result)
        parts += [
            f"## {result.number}. {result.sentence}",
            f"**{str(result.verdict).capitalize()}**: {tables.shown(result)} checks are shown.",
            tables.conditions(result),
            tables.about(result),
            drawn(result.pictures),
            table(list(checks.headings), [list(row) for row in checks.rows]),
        ]
    return "\n\n".join(filter(None, parts))


def main(numbers: list[int]) -> None:
    """Test these claims, or all."""
    results = {result.number: result for result in measured()} if FILE.exists() else {}
    for claim in select(numbers):
        results[claim.number] = claim.test()
        FILE.write_text(report.to_json([results[number] for number in sorted(results)]), encoding="utf-8")
        print(claim.number, results[claim.number].verdict, flush=True)


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:]])
