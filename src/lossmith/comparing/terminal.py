"""The comparison in the terminal: bars while it runs, a table and the verdict at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from lossmith.comparing import prose, tables
from lossmith.comparing.outcome import Outcome
from lossmith.comparing.trial import Result, Spec


def progress_on(console: Console) -> Callable[[str, Sequence[Spec], Iterator[Result]], Iterator[Result]]:
    """For ``compare(progress=…)``: a bar for each loss in each stage, moved by each finished run."""

    def show(title: str, specs: Sequence[Spec], results: Iterator[Result]) -> Iterator[Result]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
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
    """The metrics of which the verdict speaks, and the verdict; the report has the others."""
    task = outcome.task
    metrics = tuple(metric for metric in outcome.metrics if metric.is_headline)
    table = Table(
        title=Text(f"{outcome.splits.name}: {task.target}", style="bold"), title_justify="left", box=SIMPLE_HEAD
    )
    table.add_column("loss", no_wrap=True)
    for heading in tables.headings(metrics):
        table.add_column(heading, justify="right")  # where it is narrow, the spread goes below
    for label in outcome.losses:
        leads = tables.leading(outcome, label, metrics)
        figures = [
            Text(cell, style="bold green" if leads_by_it else "")
            for cell, leads_by_it in zip(tables.cells(outcome, label, metrics), leads, strict=True)
        ]
        table.add_row(Text(label.replace("(", "\n(", 1)), *figures)
    aims = prose.aims({label: loss.traits.elicits for label, loss in outcome.losses.items()})
    rates = "Learning rates: " + ", ".join(f"{label} {rate:g}" for label, rate in outcome.rates.items()) + "."
    lines = [Text(line, style="dim") for line in (tables.note(outcome), aims, rates)]
    lines += [
        Text(f"{label}: {went.warning}", style="yellow") for label, went in outcome.dynamics.items() if went.warning
    ]
    lines += [Text(line, style="yellow") for line in tables.diverged(outcome)]
    if task.group == "binary":
        lines.append(Text(f"{task.labels[1]!r} counts as positive, {task.labels[0]!r} as negative.", style="dim"))
    return Group(table, *lines, Panel(Text(outcome.verdict, style="bold"), title="verdict", title_align="left"))
