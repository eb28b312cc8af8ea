"""What a run leaves beside its JSON: the tables as Markdown, and one page with the pictures."""

from __future__ import annotations

from pathlib import Path

from lossmith import page
from lossmith.benching.figures import Results, replace
from lossmith.benching.pictures import pictures
from lossmith.benching.tables import tables, told

TITLE = "How fast the losses are"
METHOD = (
    "Both sides in one process on the same data, in turn, float32; who goes first changes with each round, and a turn "
    "takes at least two milliseconds. Predictions are the outputs of something, as those of a model are. Before "
    "anything is timed the two results are compared. torch.compile compiles for the very shape and is warm. With huge "
    "pages: torch eager in a process with THP_MEM_ALLOC_ENABLE=1, ours beside it."
)


def write(folder: Path, results: Results) -> Path:
    """Write both, and return the path of the page."""
    replace(folder / "benchmark.md", markdown(results))
    return page.write(folder / "benchmark.html", TITLE, _sections(results))


def markdown(results: Results) -> str:
    """The whole report without its pictures."""
    return f"# {TITLE}\n\nMade by `lossmith bench`.\n\n{METHOD}\n\n{body(results)}"


def body(results: Results) -> str:
    """The facts and the tables."""
    parts = [*told(results), "\n".join(f"- {fact}" for fact in _facts(results))]
    for heading, table in tables(results).items():
        parts += [f"## {heading}", markdown_table(table), *filter(None, [table.note])]
    return "\n\n".join(parts) + "\n"


def markdown_table(table: page.Table) -> str:
    """One table; a line between its columns is none of a cell."""
    rules = ["---" if not row[:1].isdigit() else "---:" for row in (table.rows[0] if table.rows else table.headings)]
    lines = [table.headings, rules, *([cell.replace("|", "\\|") for cell in row] for row in table.rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _facts(results: Results) -> list[str]:
    speeds = [f"bandwidth ({device}): {speed / 1e9:.3g} GB/s" for device, speed in results.bandwidth.items()]
    other = [] if results.other_work is None else [f"other programs: {results.other_work:.0%} of the processors"]
    return [f"{name}: {value}" for name, value in results.machine.items()] + speeds + other


def _sections(results: Results) -> list[page.Section]:
    words = page.Section(text=[METHOD, *told(results), "; ".join(_facts(results)) + "."])
    drawn = pictures(results)
    pairs = [page.Section(figures=drawn[place : place + 2]) for place in range(0, len(drawn), 2)]  # two in a row
    return [words, *pairs, *(page.Section(heading, table=table) for heading, table in tables(results).items())]
