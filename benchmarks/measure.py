"""How it is measured: the two sides in turn, the median of many, the peak of memory beside the time."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks.pairs import Pair

ROUND = 2e-3  # seconds that one side's turn takes at least, so that the clock's own error does not count


@dataclass(frozen=True)
class Figures:
    """Medians in seconds; the ratio is the median of the rounds' own ratios, with its quartiles."""

    ours: float
    theirs: float
    ratio: float
    low: float
    high: float
    our_peak: int | None = None  # bytes
    their_peak: int | None = None


def compare(pair: Pair, rounds: int) -> Figures:
    """Time a pair, and measure the memory of each side."""
    distance = pair.disagreement()
    if distance > 1e-5:
        raise AssertionError(f"{pair.loss} on {pair.size}, {pair.mode}: the results differ by {distance:.1e}")

    def ours() -> object:
        return pair.run(pair.ours)

    def theirs() -> object:
        return pair.run(pair.torchs)

    once = min(_seconds(ours, 1), _seconds(theirs, 1))
    calls = max(1, round(ROUND / once))
    figures = in_turn(lambda: _seconds(ours, calls), lambda: _seconds(theirs, calls), rounds)
    return Figures(*figures, _peak(ours), _peak(theirs))


def in_turn(
    ours: Callable[[], float], theirs: Callable[[], float], rounds: int
) -> tuple[float, float, float, float, float]:
    """The medians of both sides and of their ratio, measured in turn; who goes first changes with each round."""
    times: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            second = theirs()
            times.append((ours(), second))
        else:
            first = ours()
            times.append((first, theirs()))
    low, ratio, high = statistics.quantiles([a / b for a, b in times], n=4)
    return statistics.median(a for a, _ in times), statistics.median(b for _, b in times), ratio, low, high


def compare_imports(rounds: int) -> Figures:
    """``import lossmith`` against ``import torch``, each in a fresh process."""
    _fresh("lossmith"), _fresh("torch")  # so that both find their files in the system's cache
    return Figures(*in_turn(lambda: _fresh("lossmith"), lambda: _fresh("torch"), rounds))


def _fresh(module: str) -> float:
    code = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def _seconds(function: Callable[[], object], calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        function()
    return (time.perf_counter() - start) / calls


def _peak(function: Callable[[], object]) -> int:
    """The most bytes that torch's allocator held at once on top of the inputs, during one call."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        function()
    events: list[Any] = record.profiler.kineto_results.events()
    held = peak = 0
    for event in sorted((e for e in events if e.name() == "[memory]"), key=lambda e: e.start_ns()):
        held += event.nbytes()
        peak = max(peak, held)
    return peak


def threads() -> int:
    """How many threads torch computes with."""
    return torch.get_num_threads()
