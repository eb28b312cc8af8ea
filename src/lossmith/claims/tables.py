"""What is said of results in words and tables, for the terminal, the page and the documentation."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lossmith.claims.claim import Check, Figure, Result
from lossmith.page import Table

RULE = (
    "A check is shown where the whole 95 % interval of its figure lies where the claim puts it. A claim holds if all "
    "of its checks are shown, under conditions if some are, and else it does not hold."
)

_NAMED = 4  # checks that are not shown, in a sentence


def summary(results: Sequence[Result]) -> Table:
    """A claim a line."""
    rows = [[f"{r.number}. {r.sentence}", str(r.verdict), shown(r)] for r in results]
    return Table(["claim", "verdict", "checks shown"], rows)


def checks(result: Result) -> Table:
    """A check a line; those that are shown stand out."""
    rows = [[c.says, figure(c.figure), expected(c), "yes" if c.is_shown else "no"] for c in result.checks]
    marks = [[False, c.is_shown, False, c.is_shown] for c in result.checks]
    return Table(["the claim says", "measured", "expected", "shown"], rows, marks)


def shown(result: Result) -> str:
    """How many of the checks."""
    return f"{sum(check.is_shown for check in result.checks)} of {len(result.checks)}"


def conditions(result: Result) -> str:
    """What is not shown, the first of it if that is much; nothing where all is."""
    missing = [f"{check.says} {figure(check.figure)}" for check in result.checks if not check.is_shown]
    if len(missing) > _NAMED + 1:
        missing[_NAMED:] = [f"and {len(missing) - _NAMED} more, which the table names"]
    return f"Not shown: {'; '.join(missing)}." if missing else ""


def figure(figure: Figure) -> str:
    """The number, and its interval if it has one."""
    if figure.low == figure.high:
        return f"{figure.value:.4g}"
    return f"{figure.value:.4g} ({figure.low:.4g} to {figure.high:.4g})"


def expected(check: Check) -> str:
    """Where the claim puts the figure."""
    if math.isinf(check.above):
        return f"below {check.below:.4g}"
    if math.isinf(check.below):
        return f"above {check.above:.4g}"
    return f"{check.above:.4g} to {check.below:.4g}"


def about(result: Result) -> str:
    """Data, measure and source."""
    return f"Data: {result.data}. Measure: {result.measure}. Source: {result.source}."
