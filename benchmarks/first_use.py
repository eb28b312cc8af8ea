"""What a start costs: ``python -m benchmarks.first_use`` writes ``results/first_use.md``.

Two limits are held: ``import lossmith`` adds at most 0.15 s to ``import torch``, and the first value with its gradient
of any loss is there in 60 ms, SymPy's own import apart.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from rich.console import Console

import lossmith as lm
from lossmith.benching import machine
from lossmith.errors import SecondDerivativeError
from lossmith.tracing import _trace

FILE = Path(__file__).parent / "results" / "first_use.md"
ROUNDS = 9
IMPORT = "import torch, time; start = time.perf_counter(); import lossmith; print(time.perf_counter() - start)"


def added_by_import() -> float:
    """Seconds that ``import lossmith`` takes where torch is imported: the median of fresh processes.

    Python keeps its bytecode, as it does unless it is told not to: the first process compiles, and does not count.
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as cache:
        runs = [
            subprocess.run(
                [sys.executable, "-c", IMPORT],
                capture_output=True,
                text=True,
                check=True,
                env=env | {"PYTHONPYCACHEPREFIX": cache},
            )
            for _ in range(ROUNDS + 1)
        ]
    return statistics.median(float(run.stdout) for run in runs[1:])


def first_use(cls: type[lm.Loss]) -> tuple[float, float, float]:
    """Seconds of the first value and gradient, of the first curvature, and of the second value and gradient.

    The curvature is NaN where a loss of sets has none.
    """
    coding = cls()._target_coding()
    shape, target = cls()._sample(torch.as_tensor(np.asarray(coding.examples[0])))
    prediction, targets = torch.full((2, *shape), 0.3, dtype=torch.float64), target.expand(2, *target.shape)
    times = []
    for _ in range(ROUNDS):
        _trace.cache_clear()
        loss = cls()
        starts = [time.perf_counter()]
        for call in (loss.value_and_gradient, loss.curvature, loss.value_and_gradient):
            with contextlib.suppress(SecondDerivativeError):
                call(prediction, targets)
            starts.append(time.perf_counter())
        times.append([b - a for a, b in itertools.pairwise(starts)])
    first, bend, again = (statistics.median(column) for column in zip(*times, strict=True))
    return first, math.nan if issubclass(cls, lm.Setwise) else bend, again


def main() -> None:
    """Measure, print, write down."""
    lm.MSE().value_and_gradient(1.0, 0.0)  # SymPy is imported
    lines = [
        "| loss | first value and gradient | first curvature | value and gradient after that |",
        "| --- | ---: | ---: | ---: |",
    ]
    measured = {cls.name: first_use(cls) for cls in lm.ALL}
    for name, seconds in sorted(measured.items(), key=lambda entry: -entry[1][0]):
        lines.append(
            f"| {name} | " + " | ".join("none" if math.isnan(s) else f"{1e3 * s:.1f} ms" for s in seconds) + " |"
        )
    seconds = added_by_import()
    facts = "".join(f"- {name}: {value}\n" for name, value in machine.facts().items())
    text = (
        f"# What a start costs\n\nMade by `python -m benchmarks.first_use`, medians of {ROUNDS}.\n\n{facts}\n"
        f"`import lossmith` adds {seconds:.3f} s to `import torch` ({len(lm.ALL)} losses; limit 0.15 s).\n\n"
        "A loss is derived when it is first used (limit 60 ms, SymPy's own import apart):\n\n" + "\n".join(lines) + "\n"
    )
    FILE.write_text(text, encoding="utf-8")
    Console().print(text, markup=False, highlight=False)


if __name__ == "__main__":
    main()
