"""A report in the terminal: the worst first, the proof beneath, the fix to paste."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from lossmith.auditing.findings import Finding, Report

COLOURS = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


def report(what: Report) -> RenderableType:
    """The whole report."""
    if not what.findings:
        return Text("Nothing was found.", style="green")
    return Group(*(_finding(each) for each in what.findings))


def _finding(what: Finding) -> RenderableType:
    head = Text.assemble((f"{what.severity} {what.code}", COLOURS[what.severity]), f"  {what.kind.title}")
    lines: list[RenderableType] = [Text(what.message)]
    lines += [Text(f"{name}: {_number(value)}", style="dim") for name, value in what.evidence.items()]
    lines += [Text(f"fix: {what.fix}", style="green"), Text(what.link, style="dim")]
    lines += [Text(f"explains {each.code}: {each.message}", style="dim") for each in what.consequences]
    return Group(head, Padding(Group(*lines), (0, 0, 1, 4)))


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
