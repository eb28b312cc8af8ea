"""An advice in the terminal: the loss, why it, what else there is, what was measured."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from lossmith.choosing import findings
from lossmith.choosing.advice import Advice
from lossmith.choosing.prose import configured


def advice(what: Advice) -> RenderableType:
    """The whole advice."""
    first = what.ranking[0]
    title = f"{what.name}: {what.facts.task.target}"
    choice = Group(
        Text(configured(first.loss), style="bold green"),
        Text(f"estimates {first.estimates}", style="dim"),
        Text(f"\n{first.reason}"),
    )
    parts: list[RenderableType] = [Panel(choice, title=Text(title, style="bold"), title_align="left")]
    parts += [Text(f"! {warning}", style="yellow") for warning in what.warnings]
    parts += [_ranking(what), _heading("Measured"), Padding(_facts(what), (0, 2))]
    code = Syntax(what.code, "python", background_color="default", word_wrap=True)
    return Group(*parts, _heading("To paste"), Padding(code, (0, 2)))


def _ranking(what: Advice) -> Table:
    table = Table(box=SIMPLE_HEAD, header_style="bold cyan", pad_edge=False, show_edge=False)
    table.add_column("Also worth considering", no_wrap=True)
    table.add_column("estimates", ratio=3)
    table.add_column("because", ratio=6)
    for entry in what.ranking[1:]:
        weighted = " weighted" if entry.class_weight is not None else ""
        name = configured(entry.loss).replace("(", "\n(", 1).removesuffix("\n()")
        table.add_row(Text(name + weighted, style="bold"), Text(entry.estimates), Text(entry.reason))
    return table


def _facts(what: Advice) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for name, value in findings.figures(what.facts):
        table.add_row(Text(name), Text(value))
    return table


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold cyan")
