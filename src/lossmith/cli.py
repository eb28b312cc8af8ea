"""The command line: parse, call, print."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

import lossmith as lm
from lossmith.errors import LossmithError
from lossmith.loss import Loss

app = typer.Typer(
    help="Every loss function from one formula: computed, checked, chosen, compared and shown.",
    no_args_is_help=True,
    add_completion=False,
)


@app.command("list")
def list_losses(
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD]...", help="Words that a loss says of itself.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="regression, binary, classes, distribution, sequence or sets.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="How targets are coded: real, count, binary, sign …")] = None,
    trait: Annotated[
        list[str] | None,
        typer.Option(help="robust, convex=no, elicits=median …; again for more.", metavar="NAME[=VALUE]"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print names and traits as JSON.")] = False,
) -> None:
    """List the losses of the catalogue: all, or those that fit."""
    from lossmith.explaining import arguments, terminal
    from lossmith.explaining import explain as explain_loss

    losses = lm.select(" ".join(text or ()), **arguments.wanted_traits(task, target, trait or []))
    if not losses:
        raise LossmithError("no loss of the catalogue has all of that; leave a word or a trait out")
    if as_json:
        print(json.dumps([explain_loss(loss).to_dict() for loss in losses], indent=2))
    else:
        Console().print(terminal.catalogue(losses))


@app.command(context_settings={"ignore_unknown_options": True})
def explain(
    name: Annotated[str | None, typer.Argument(help="A loss, as in `lossmith list`.")] = None,
    rest: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PREDICTION TARGET] [--FIELD VALUE]...", help="A point; hyper-parameters."),
    ] = None,
    given: Annotated[
        str, typer.Option(help="What PREDICTION is: scores, probabilities, log_probabilities.")
    ] = "scores",
    loop: Annotated[bool, typer.Option("--loop", help="Train a small network with it, number by number.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where the page of --loop goes.", metavar="DIR")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Explain a loss: formula, curve, traits, and its value and gradient at a point.

    Scores of several classes are written with commas: lossmith explain cross_entropy 2,-1,0.5 0
    """
    from lossmith.explaining import arguments, terminal
    from lossmith.explaining import explain as explain_loss

    point, fields = arguments.split(rest or [])
    if loop:
        if point:
            raise LossmithError("--loop has rows of its own; leave PREDICTION TARGET out")
        _loop(lm.find(name or "mse", **fields), out, as_json)
        return
    if name is None or out is not None:
        raise LossmithError("write the name of a loss, as in lossmith explain mse; --out DIR goes with --loop")
    prediction, label = point or (None, None)
    explanation = explain_loss(lm.find(name, **fields), prediction, label, given=arguments.given(given))
    if as_json:
        print(json.dumps(explanation.to_dict(), indent=2))
    else:
        Console().print(terminal.explanation(explanation))


def _loop(loss: Loss, out: Path | None, as_json: bool) -> None:
    """Train the small network, and show how."""
    loop = lm.training_loop(loss)
    page = None if out is None else loop.save(out / "training-loop.html")
    if as_json:
        print(json.dumps(loop.to_dict(), indent=2))
    else:
        Console().print(loop, *([f"\nPage: {page}"] if page else []), highlight=False)


Data = Annotated[str, typer.Argument(help="A CSV, TSV, Parquet, Arrow or JSONL file, or a bundled table.")]
Target = Annotated[
    list[str] | None, typer.Option(help="The column to predict; again for each class or label.", metavar="COLUMN")
]
Task = Annotated[str | None, typer.Option(help="What the target is, where its numbers do not tell.")]


@app.command()
def choose(
    data: Data = "houses",
    target: Target = None,
    task: Task = None,
    prove: Annotated[
        bool, typer.Option("--prove", help="Compare what is recommended, to see whether it holds.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Say which loss fits the data, with its parameters and the reasons, measured on the data."""
    from lossmith.choosing import terminal

    advice = lm.choose(data, target, task=task)
    if not as_json:
        Console().print(terminal.advice(advice), highlight=False)
    printed = advice.to_dict()
    if prove:
        printed["proof"] = _compare(data, target, advice.candidates, _results_of(data) / "proof", as_json, task=task)
    if as_json:
        print(json.dumps(printed, indent=2))


@app.command()
def compare(
    data: Data = "houses",
    target: Target = None,
    losses: Annotated[str | None, typer.Option(help="Names, as in mse,huber.", metavar="NAMES")] = None,
    task: Task = None,
    seeds: Annotated[int, typer.Option(help="Trainings of each loss.", min=1)] = 5,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer rows and epochs, to try it out.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where results and report go.", metavar="DIR")] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with what was begun there, by the same command.", metavar="DIR")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the table and the verdict as JSON.")] = False,
) -> None:
    """Train one network with each loss and say which serves the data best."""
    named = [lm.find(name.strip()) for name in losses.split(",")] if losses else None
    folder = resume or out or _results_of(data)
    printed = _compare(
        data, target, named, folder, as_json, task=task, seeds=seeds, quick=quick, resume=resume is not None
    )
    if as_json:
        print(json.dumps(printed, indent=2))


@app.command()
def surface(
    data: Data = "houses",
    target: Target = None,
    loss: Annotated[list[str] | None, typer.Option(help="A loss; again for each.", metavar="NAME")] = None,
    task: Task = None,
    steps: Annotated[int, typer.Option(help="Points along each axis, an odd number.")] = 51,
    seed: Annotated[int, typer.Option(help="Of first weights, batches and directions.", min=0)] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer rows and epochs, to try it out.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where the page goes.", metavar="DIR")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the measures as JSON.")] = False,
) -> None:
    """Train one network with each loss, and show the surface of each around its solution, with what it measures."""
    from lossmith.surveying import survey_losses, terminal

    named = [lm.find(name) for name in loss] if loss else None
    folder = out or _results_of(data)
    bars = terminal.progress_on(Console(stderr=True))
    with _keeping("Nothing was written."):
        surveys = survey_losses(
            data, target, named, task=task, steps=steps, seed=seed, quick=quick, directory=folder, progress=bars
        )
        page = surveys.save(folder)
    if as_json:
        print(json.dumps({**surveys.to_dict(), "page": str(page)}, indent=2))
    else:
        Console().print(terminal.summary(surveys), f"Page: {page}", highlight=False)


@app.command()
def audit(
    place: Annotated[str, typer.Argument(metavar="MODULE:FUNCTION", help="It returns model, loss, inputs, target.")],
    ignore: Annotated[str | None, typer.Option(help="Codes that are intended, as in LM501,LM705.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    for_github: Annotated[bool, typer.Option("--github", help="Print them as GitHub shows them in a review.")] = False,
) -> None:
    """Find wrong use of a loss on one batch; exit code 1 where there is an error."""
    from lossmith.auditing import github, loading

    program = loading.program_of(place)
    ignored = [code.strip().upper() for code in (ignore or "").split(",") if code.strip()]
    report = lm.audit(program.model, program.loss, program.inputs, program.target, ignore=ignored)
    if as_json:
        print(json.dumps(report.to_dict(), indent=2, default=str))
    elif for_github:
        print(github.annotated(report, program.file, program.line))
    else:
        Console().print(report)
    if any(finding.severity == "error" for finding in report.findings):
        raise typer.Exit(1)


@app.command()
def claims(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[N]...", help="Which claims; all if none.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer seeds and rows, to try it out.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures, times apart.", min=0)] = 0,
    out: Annotated[Path | None, typer.Option(help="Where results and page go.", metavar="DIR")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Test what the textbook says of losses: each claim an experiment, its verdict from intervals."""
    from lossmith.claims import report, select, terminal

    results = []
    for claim in select(numbers or ()):
        results.append(claim.test(seed=seed, quick=quick))
        if not as_json:
            Console().print(terminal.details(results[-1]), highlight=False)
    if out is not None:
        page = report.save(results, out)
    if as_json:
        print(report.to_json(results), end="")
    else:
        Console().print(terminal.summary(results), *([f"Report: {page}"] if out else []), highlight=False)


@app.command()
def bench(
    losses: Annotated[str | None, typer.Option(help="Names, as in mse,cross_entropy.", metavar="NAMES")] = None,
    sizes: Annotated[str | None, typer.Option(help="As in 2^20,4096x1000.", metavar="SIZES")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="One small size of each, to try it out.")] = False,
    threads: Annotated[int | None, typer.Option(help="Of torch, and of ours.", min=1)] = None,
    out: Annotated[Path, typer.Option(help="Where results and report go.", metavar="DIR")] = Path(
        "lossmith-results/benchmark"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")] = False,
) -> None:
    """Measure how fast the losses are: against torch, compiled torch and torch with huge pages, in turn."""
    from lossmith.benching import bench as run_benchmark
    from lossmith.benching import subjects, terminal

    named = [name.strip() for name in losses.split(",")] if losses else None
    shapes = [subjects.shape_of(size) for size in sizes.split(",")] if sizes else None
    bars = terminal.progress_on(Console(stderr=True))
    with _keeping(f"What was measured is kept in {out}."):
        results = run_benchmark(out, losses=named, sizes=shapes, quick=quick, threads=threads, progress=bars)
    if as_json:
        print(results.to_json(), end="")
    else:
        Console().print(terminal.summary(results), f"Report: {out / 'benchmark.html'}", highlight=False)


def _compare(
    data: str,
    target: list[str] | None,
    losses: Sequence[Loss] | None,
    folder: Path,
    is_quiet: bool,
    **options: Any,
) -> dict[str, object]:
    """Compare with bars, keep the results, and print them unless quiet; what there is to print as JSON is returned."""
    from lossmith.comparing import compare as run_comparison
    from lossmith.comparing import terminal

    bars = terminal.progress_on(Console(stderr=True))
    with _keeping(f"What is finished is kept; the same command with --resume {folder} goes on."):
        result = run_comparison(data, target, losses, directory=folder, progress=bars, **options)
        report = result.save(folder)
    if not is_quiet:
        Console().print(terminal.summary(result), f"Report: {report}", highlight=False)
    return {**result.to_dict(), "report": str(report)}


def _results_of(data: str) -> Path:
    return Path("lossmith-results") / Path(data).stem


@contextmanager
def _keeping(what: str) -> Iterator[None]:
    """Say after a Ctrl-C what is kept."""
    try:
        yield
    except KeyboardInterrupt:
        Console(stderr=True).print(Text(f"Stopped. {what}"), soft_wrap=True)
        raise typer.Exit(130) from None


def main() -> None:
    """Run the command line; wrong use is one message and exit code 2."""
    try:
        app()
    except LossmithError as error:
        Console(stderr=True).print(Text(str(error), style="red"), soft_wrap=True)
        raise SystemExit(2) from None
