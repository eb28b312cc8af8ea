"""The benchmark in the terminal: a bar for each part while it runs, the tables at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Drawn
from rich.text import Text

from lossmith.benching.figures import Figure, Results
from lossmith.benching.tables import tables, told
from lossmith.page import Table


def progress_on(console: Console) -> Callable[[str, int, Iterator[list[Figure]]], Iterator[list[Figure]]]:
    """For ``bench(progress=…)``: a bar for each part, moved by each answer."""

    def show(title: str, count: int, answers: Iterator[list[Figure]]) -> Iterator[list[Figure]]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task(title, total=count)
            for figures in answers:
                progress.advance(bar)
                yield figures

    return show


def summary(results: Results) -> RenderableType:
    """All tables, the targets last, where the eye is."""
    found = tables(results)
    last = found.pop("Targets", None)
    parts = [part for heading, table in found.items() for part in _drawn(heading, table)]
    parts += [Text(line, style="yellow") for line in told(results)]
    return Group(*parts, *(_drawn("Targets", last) if last else ()))


def _drawn(heading: str, table: Table) -> Iterator[RenderableType]:
    title = Text(heading, style="bold")
    drawn = Drawn(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place, name in enumerate(table.headings):
        is_number = bool(table.rows) and table.rows[0][place][:1].isdigit()
        justify: JustifyMethod = "right" if is_number else "left"
        drawn.add_column(name, justify=justify, overflow="fold", no_wrap=name in ("loss", "size"))
    no_marks = [[False] * len(table.headings)] * len(table.rows)
    for row, marks in zip(table.rows, table.marks or no_marks, strict=True):
        cells = [
            cell.replace(" [", "\n").removesuffix("]") for cell in row
        ]  # where it is narrow, the spread goes below
        drawn.add_row(*(Text(cell, "green" if marked else "") for cell, marked in zip(cells, marks, strict=True)))
    yield drawn
    if table.note:
        yield Text(table.note, style="dim")
