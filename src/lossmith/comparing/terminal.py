"""The comparison in the terminal: bars while it runs, a table and the verdict at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from lossmith.comparing import prose, report
from lossmith.comparing.outcome import Outcome
from lossmith.comparing.trial import Result, Spec


def progress_on(console: Console) -> Callable[[str, Sequence[Spec], Iterator[Result]], Iterator[Result]]:
    """For ``compare(progress=…)``: a bar for each loss, moved by each finished run."""

    def show(title: str, specs: Sequence[Spec], results: Iterator[Result]) -> Iterator[Result]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        labels = list(dict.fromkeys(spec.run.label for spec in specs))
        console.print(Text(title, style="dim"))
        with Progress(*columns, console=console) as progress:
            bars = {
                label: progress.add_task(escape(label), total=sum(spec.run.label == label for spec in specs))
                for label in labels
            }
            for result in results:
                progress.advance(bars[result.label])
                yield result

    return show


def summary(outcome: Outcome) -> RenderableType:
    """The table and the verdict."""
    task = outcome.task
    title = f"{outcome.splits.name}: {task.target}"
    table = Table(title=Text(title, style="bold"), title_justify="left", box=SIMPLE_HEAD)
    table.add_column("loss", no_wrap=True)
    for heading in report.headings(outcome):
        table.add_column(heading, justify="right", no_wrap=True)
    for label in outcome.losses:
        cells = [
            Text(cell, style="bold green" if leads else "")
            for cell, leads in zip(report.cells(outcome, label), report.leading(outcome, label), strict=True)
        ]
        table.add_row(Text(label), *cells)
    aims = prose.aims({label: loss.traits.elicits for label, loss in outcome.losses.items()})
    lines = [Text(report.note(outcome), style="dim"), Text(aims, style="dim")]
    lines += [Text(line, style="yellow") for line in report.diverged(outcome)]
    if task.group == "binary":
        lines.append(Text(f"{task.labels[1]!r} counts as positive, {task.labels[0]!r} as negative.", style="dim"))
    return Group(table, *lines, Panel(Text(outcome.verdict, style="bold"), title="verdict", title_align="left"))
