"""How time is measured: the sides in turn, on the same data, in one process; medians of the rounds' own ratios."""

from __future__ import annotations

import contextlib
import gc
import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch

from lossmith.benching.figures import Failure, Figure, Pair
from lossmith.benching.peers import OURS
from lossmith.benching.prepared import Prepared, run
from lossmith.benching.subjects import Call, Work
from lossmith.errors import LossmithError

TURN = 2e-3  # seconds that one side's turn takes at least, so that the clock's own error does not count


@dataclass(frozen=True)
class Effort:
    """How long one question is asked; a slow one has the least rounds, whatever they take."""

    seconds: float = 3.0
    least: int = 9
    most: int = 101

    def rounds(self, seconds: float) -> int:
        """So many rounds, of which one takes so long."""
        return max(self.least, min(self.most, int(self.seconds / seconds)))


QUICK = Effort(seconds=0.1, least=3, most=7)


def measure(work: Work, peers: Mapping[str, Call], effort: Effort) -> list[Figure]:
    """Each peer against ours; one that fails or gives another answer is said to, and not timed."""
    torch.compiler.reset()  # it compiles a function for so many shapes and no more
    prepared = Prepared(work)
    calls, failures = agreeing(prepared, peers)
    if OURS not in calls or len(calls) == 1:
        return failures
    turns = {side: _turn(prepared, call) for side, call in calls.items()}
    times = in_turn({side: turn for side, (turn, _) in turns.items()}, effort.rounds(sum(s for _, s in turns.values())))
    return [*(pair(work, side, times[OURS], times[side]) for side in calls if side != OURS), *failures]


def agreeing(prepared: Prepared, peers: Mapping[str, Call]) -> tuple[dict[str, Call], list[Figure]]:
    """Ours and the peers that compute the same; and why the others are not among them."""
    calls: dict[str, Call] = {}
    failures: list[Figure] = []
    ours = None
    for side, call in {OURS: prepared.work.subject.ours, **peers}.items():
        try:
            answer = prepared.answer(call)
            if ours is None:
                ours = answer
            prepared.check(ours, answer)
        except Exception as error:  # whatever a compiler or another library may raise
            is_wrong = side != OURS and isinstance(error, LossmithError)
            failures.append(Failure(prepared.work, side, reason(error), is_wrong))
            if side == OURS:
                break
        else:
            calls[side] = call
    return calls, failures


def pair(work: Work, peer: str, ours: list[float], theirs: list[float]) -> Pair:
    """What the times of the rounds say."""
    low, speedup, high = statistics.quantiles([b / a for a, b in zip(ours, theirs, strict=True)], n=4)
    return Pair(work, peer, statistics.median(ours), statistics.median(theirs), speedup, low, high, len(ours))


def in_turn(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each side's turns took; who goes first changes with each round."""
    times: dict[str, list[float]] = {side: [] for side in sides}
    order = list(sides)
    with _without_collector():
        for _ in range(rounds):
            for side in order:
                times[side].append(sides[side]())
            order = order[1:] + order[:1]
    return times


def _turn(prepared: Prepared, call: Call) -> tuple[Callable[[], float], float]:
    """A side's turn, long enough for the clock, and how long it takes."""
    once = min(seconds(prepared, call, 1) for _ in range(2))
    calls = math.ceil(TURN / once)
    return lambda: seconds(prepared, call, calls), once * calls


def seconds(prepared: Prepared, call: Call, calls: int) -> float:
    """What one call takes, on average of so many."""
    given = [prepared.fresh() for _ in range(calls)]

    def turn() -> None:
        for one in given:
            run(call, *one)  # what it gives is freed before the next call, as a training step frees it

    clock = _on_gpu if prepared.work.device == "cuda" else _on_cpu
    return clock(turn) / calls


def _on_cpu(turn: Callable[[], object]) -> float:
    start = time.perf_counter()
    turn()
    return time.perf_counter() - start


def _on_gpu(turn: Callable[[], object]) -> float:
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    turn()
    end.record()
    end.synchronize()
    return float(start.elapsed_time(end)) / 1e3


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """No garbage is collected while a turn is timed; reference counts free all that matters."""
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def reason(error: BaseException) -> str:
    """The first line of an error, short enough for a table."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {line}"[:200] if not isinstance(error, LossmithError) else line[:200]
