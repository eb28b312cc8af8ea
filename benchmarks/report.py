"""What is shown: one table, in the terminal and as Markdown, with what a reader needs to judge it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import torch
from rich.table import Table

import lossmith as lm
from benchmarks.measure import Figures, threads

Row = tuple[str, str, str, Figures]  # loss, size, what is computed, figures
HEADINGS = ("loss", "elements", "computed", "ours", "torch", "ours / torch", "quartiles", "our peak", "torch's peak")


def cells(row: Row) -> list[str]:
    """One line of the table."""
    *names, figures = row
    return [
        *names,
        _time(figures.ours),
        _time(figures.theirs),
        f"{figures.ratio:.2f}",
        f"{figures.low:.2f}-{figures.high:.2f}",
        _bytes(figures.our_peak),
        _bytes(figures.their_peak),
    ]


def drawn(rows: Sequence[Row]) -> Table:
    """The table for a terminal: green where ours is faster, red where it takes more than twice as long."""
    table = Table(header_style="bold")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in HEADINGS[:3] else "right")
    for row in rows:
        ratio = row[-1].ratio
        table.add_row(*cells(row), style="green" if ratio < 1 else "red" if ratio > 2 else "")
    return table


def machine() -> dict[str, str]:
    """The facts of this machine and its software that a time depends on."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "threads of torch": str(threads()),
        "system": platform.system(),
        "Python": platform.python_version(),
        "torch": torch.__version__,
        "Lossmith": lm.__version__,
    }


def write(path: Path, rows: Sequence[Row], rounds: int) -> None:
    """The table as a Markdown file."""
    facts = "".join(f"- {name}: {value}\n" for name, value in machine().items())
    lines = [HEADINGS, ["---"] * 3 + ["---:"] * (len(HEADINGS) - 3), *map(cells, rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"# Ours against torch\n\nMade by `python -m benchmarks`. Both sides in turn on the same data in one process, "
        f"median of {rounds} rounds; a ratio\nbelow 1 means that ours is faster. Peak: the most memory held on top of "
        f"the inputs during one call. Imports: each\nin a fresh process.\n\n{facts}\n{table}\n",
        encoding="utf-8",
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _time(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def _bytes(count: int | None) -> str:
    if count is None:
        return ""
    for unit, scale in (("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return f"{count} B"
