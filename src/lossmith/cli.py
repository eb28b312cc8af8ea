"""The command line: parse, call, print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

import lossmith as lm
from lossmith.errors import LossmithError

app = typer.Typer(
    help="Every loss function from one formula: computed, checked, chosen, compared and shown.",
    no_args_is_help=True,
    add_completion=False,
)


@app.callback()
def _root() -> None:
    """Keeps `compare` a command while it is the only one."""


@app.command()
def compare(
    data: Annotated[str, typer.Argument(help="A CSV, TSV or Parquet file, or a bundled data set.")] = "houses",
    target: Annotated[str | None, typer.Option(help="The column to predict.", metavar="COLUMN")] = None,
    losses: Annotated[str | None, typer.Option(help="Names, as in mse,huber.", metavar="NAMES")] = None,
    seeds: Annotated[int, typer.Option(help="Trainings of each loss.", min=1)] = 3,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer rows and epochs, to try it out.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where results and report go.", metavar="DIR")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the table and the verdict as JSON.")] = False,
) -> None:
    """Train one network with each loss and say which serves the data best."""
    from lossmith.comparing import compare as run_comparison
    from lossmith.comparing import terminal

    chosen = [lm.find(name.strip()) for name in losses.split(",")] if losses else None
    folder = out or Path("lossmith-results") / Path(data).stem
    bars = terminal.progress_on(Console(stderr=True))
    result = run_comparison(data, target, chosen, seeds=seeds, quick=quick, directory=folder, progress=bars)
    report = result.save(folder)
    if as_json:
        print(
            json.dumps({"table": result.table.to_dicts(), "verdict": result.verdict, "report": str(report)}, indent=2)
        )
    else:
        Console().print(terminal.summary(result), f"Report: {report}", highlight=False)


def main() -> None:
    """Run the command line; wrong use is one message and exit code 2."""
    try:
        app()
    except LossmithError as error:
        Console(stderr=True).print(Text(str(error), style="red"), soft_wrap=True)
        raise SystemExit(2) from None
