"""The surfaces in the terminal: a bar while they are computed, and the measures in a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.progress import track
from rich.table import Table
from rich.text import Text

from lossmith.surveying.surveys import Progress, Surveys


def progress_on(console: Console) -> Progress:
    """For ``survey_losses(progress=…)``: a bar for each stage."""

    def show(title: str, count: int, results: Iterator[Any]) -> Iterable[Any]:
        return track(results, description=title, total=count, console=console)

    return show


def summary(surveys: Surveys) -> RenderableType:
    """A row for each measure, a column for each loss."""
    table = Table(
        title=Text(f"{surveys.splits.name}: {surveys.splits.task.target}", style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    table.add_column("measure", no_wrap=True)
    spreads = {label: found.spread for label, found in surveys.found.items()}
    for label in (*spreads, *surveys.failed):
        table.add_column(Text(label.replace("(", "\n(", 1)), justify="right")
    for measure in next(iter(spreads.values())):
        known = [str(spread[measure]) for spread in spreads.values()]
        table.add_row(measure, *known, *("–" for _ in surveys.failed))
    reasons = [Text(f"– {label} has no solution: {reason}") for label, reason in surveys.failed.items()]
    return Group(table, *reasons, Text(f"Median over the planes, least to greatest. {surveys.method}", style="dim"))
