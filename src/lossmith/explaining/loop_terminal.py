"""A training loop drawn for a terminal: the first steps in numbers, then all of them in a line each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossmith import page
from lossmith.explaining import loop_tables
from lossmith.explaining.loop import TrainingLoop

BARS = "▁▂▃▄▅▆▇█"
BREADTH = 41  # of a sparkline, in characters


def drawn(loop: TrainingLoop) -> RenderableType:
    """The whole training."""
    parts: list[RenderableType] = [Text(f"A network trained with {loop.loss!r}", style="bold")]
    for heading, sentence, table in loop_tables.numbered(loop):
        parts += [Text(f"\n{heading}", style="bold cyan"), Padding(Text(sentence), (0, 2))]
        if table is not None:
            parts.append(Padding(_drawn(table), (0, 2)))
    parts += [Text(f"\nThrough all {len(loop.steps)} steps", style="bold cyan"), Padding(_through(loop), (0, 2))]
    return Group(*parts)


def sparkline(values: Sequence[float]) -> str:
    """A bar a value, from the least to the largest.

    >>> sparkline([0, 1, 2, 7])
    '▁▂▃█'
    """
    low, high = min(values), max(values)
    scale = (len(BARS) - 1) / (high - low) if high > low else 0.0
    return "".join(BARS[round((value - low) * scale)] for value in values)


def _drawn(table: page.Table) -> Table:
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for heading in table.headings:
        shown.add_column(Text(heading))
    for row in table.rows:
        shown.add_row(*map(Text, row))
    return shown


def _through(loop: TrainingLoop) -> Table:
    """What each number does through the training: its first value, a line, its last."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))  # 80 columns are enough
    for heading in ("", "first", "through the steps", "last"):
        table.add_column(heading, no_wrap=True)
    for lines in loop_tables.through(loop).values():
        for name, values in lines.items():
            few = values[:: -(-len(values) // BREADTH)]
            table.add_row(name, loop_tables.number(values[0]), sparkline(few), loop_tables.number(values[-1]))
    return table
