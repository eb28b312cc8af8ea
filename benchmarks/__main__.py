"""``python -m benchmarks [--quick] [--threads N] [--rounds N] [--out FILE]``."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import track

from benchmarks import measure, pairs, report

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure every pair, print the table, write it down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, few rounds; writes nothing unless --out")
    parser.add_argument("--threads", type=int, default=1, help="of torch (1: the steadiest)")
    parser.add_argument("--rounds", type=int, help="turns of each side (31; quick: 5)")
    parser.add_argument("--out", type=Path, help="the Markdown file (benchmarks/results/cpu.md)")
    given = parser.parse_args()
    rounds = given.rounds or (5 if given.quick else 31)
    torch.set_num_threads(given.threads)

    console = Console()
    rows: list[report.Row] = []
    for pair in track(list(pairs.pairs(given.quick)), "measuring", console=console, transient=True):
        rows.append((pair.loss, pair.size, pair.mode, measure.compare(pair, rounds)))
    imports = measure.compare_imports(rounds)
    rows.append(("import", "", "lossmith / torch", imports))

    console.print(report.drawn(rows))
    console.print(", ".join(f"{name} {value}" for name, value in report.machine().items()), highlight=False)
    out = given.out or (None if given.quick else RESULTS / "cpu.md")
    if out is not None:
        report.write(out, rows, rounds)
        console.print(f"Written: {out}", highlight=False)


if __name__ == "__main__":
    main()
