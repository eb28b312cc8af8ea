"""Results in the terminal: the checks of each claim, and the verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table as Drawn
from rich.text import Text

from lossmith.claims import tables
from lossmith.claims.claim import Result, Verdict
from lossmith.page import Table

_STYLES = {Verdict.HOLDS: "bold green", Verdict.CONDITIONS: "bold yellow", Verdict.FAILS: "bold red"}


def details(result: Result) -> RenderableType:
    """One claim: its sentence, its checks, its verdict."""
    title = Text(f"{result.number}. {result.sentence}", style="bold")
    marks = ["green" if check.is_shown else "yellow" for check in result.checks]
    verdict = Text(f"{result.verdict} ({tables.shown(result)} checks)", style=_STYLES[result.verdict])
    return Group(title, Text(tables.about(result), style="dim"), _drawn(tables.checks(result), marks), verdict, Text())


def summary(results: Sequence[Result]) -> RenderableType:
    """The verdicts, and the rule by which they follow."""
    return Group(
        _drawn(tables.summary(results), [_STYLES[result.verdict] for result in results]), Text(tables.RULE, style="dim")
    )


def _drawn(table: Table, styles: Sequence[str]) -> Drawn:
    drawn = Drawn(box=SIMPLE_HEAD)
    for heading in table.headings:
        drawn.add_column(heading, overflow="fold")
    for row, style in zip(table.rows, styles, strict=True):
        drawn.add_row(*row[:-1], Text(row[-1], style=style))
    return drawn
