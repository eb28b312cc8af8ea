"""What was measured as tables of plain text, the same in the terminal, in Markdown and on the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lossmith.benching.figures import Failure, Pair, Peak, Results, Start
from lossmith.benching.goals import GOALS, goals_of
from lossmith.benching.peers import OURS
from lossmith.benching.subjects import BOTH, VALUE, Work, written
from lossmith.page import Table

KINDS = ("Losses of each element", "Cross-entropy", "Last layer and cross-entropy in one", "On the GPU")
TIME_NOTE = (
    "Under the name of a peer: how many times as fast ours is, the median of the rounds' own ratios, then the target "
    "where there is one, then the quartiles; below 1 ours is slower. Bandwidth: the bytes that must be moved (inputs "
    "read once, the gradient written once) in our time, as a share of what a stream through memory moves; small arrays "
    "stay in a cache, which is faster."
)
PEAK_NOTE = (
    "Memory that becomes resident during one call, on top of its inputs, in a process of its own; behind it, how many "
    "arrays as large as the scores that is. 1.00 is one gradient."
)
_BUSY = 0.05  # the share of the processors that other programs may take
START_NOTE = (
    "Value and gradient of the first call of a process that has imported the library, with an empty folder for "
    "kernels and with what the process before left there."
)


def tables(results: Results) -> dict[str, Table]:
    """All tables by their headings; one that has no rows is left out."""
    found = {
        "Targets": targets(results),
        **{f"{kind}: {mode}": _times(results, kind, mode) for mode in (BOTH, VALUE) for kind in KINDS},
        "Memory": memory(results),
        "First call": starts(results),
        "Not measured": failures(results),
    }
    noted = {table.note: heading for heading, table in reversed(found.items()) if table.rows}  # said once, at the first
    return {
        heading: table if noted[table.note] == heading else replace(table, note="")
        for heading, table in found.items()
        if table.rows
    }


def told(results: Results) -> list[str]:
    """What a reader must know before any number: a run that was stopped, what was not measured, a busy machine."""
    stopped = [] if results.is_whole else ["This run was stopped before its end: what it had measured is here."]
    busy = []
    if (other := results.other_work or 0) > _BUSY:
        busy = [f"Other programs took {other:.0%} of the processors meanwhile, so that these figures say little."]
    return stopped + [f"{note}." for note in results.notes] + busy


def _kind(work: Work) -> str:
    """The table in which a work stands."""
    return KINDS[-1] if work.device != "cpu" else KINDS[len(work.shape) - 1]


def targets(results: Results) -> Table:
    """Each goal, how many figures reach it, and the worst of them."""
    rows = []
    for goal in GOALS:
        if numbers := goal.numbers(results):
            reached = sum(map(goal.is_reached, numbers))
            verdict = "reached" if reached == len(numbers) else "missed"
            rows.append([goal.about, goal.written, _number(numbers[0]), f"{reached} of {len(numbers)}", verdict])
    return Table(["work", "target", "worst", "figures that reach it", "verdict"], rows, _marks(rows))


def _times(results: Results, kind: str, mode: str) -> Table:
    pairs = [p for p in results.of(Pair) if _kind(p.work) == kind and p.work.mode == mode]
    peers = list(dict.fromkeys(p.peer for p in pairs))
    works = list(dict.fromkeys(p.work for p in pairs))
    rows = []
    for work in works:
        by_peer = {p.peer: p for p in pairs if p.work == work}
        first = next(iter(by_peer.values()))
        speeds = [speed(by_peer[peer], results) if peer in by_peer else "" for peer in peers]
        judged = verdict(list(by_peer.values()), results)
        rows.append([work.loss, written(work.shape), time_of(first.ours), *speeds, share(first, results), judged])
    return Table(["loss", "size", "ours", *peers, "bandwidth", "target"], rows, _marks(rows), TIME_NOTE)


def _marks(rows: list[list[str]]) -> list[list[bool]]:
    """The last cell is marked where it says that the target is reached."""
    return [[False] * (len(row) - 1) + [row[-1] == "reached"] for row in rows]


def memory(results: Results) -> Table:
    """A row for each work, a column for each side."""
    peaks = results.of(Peak)
    sides = sorted(dict.fromkeys(p.side for p in peaks), key=lambda side: side != OURS)
    rows = []
    for work in dict.fromkeys(p.work for p in peaks):
        taken = {p.side: p for p in peaks if p.work == work}
        cells = [_taken(taken[side]) if side in taken else "" for side in sides]
        rows.append([work.loss, written(work.shape), *cells, verdict(list(taken.values()), results)])
    return Table(["loss", "size", *sides, "target"], rows, _marks(rows), PEAK_NOTE)


def starts(results: Results) -> Table:
    """A row for each loss and state of the cache."""
    rows = [[s.loss, s.cache, time_of(s.seconds), verdict([s], results)] for s in results.of(Start)]
    return Table(["loss", "folder of kernels", "first call", "target"], rows, _marks(rows), START_NOTE)


def failures(results: Results) -> Table:
    """What could not be measured, and why."""
    rows = [[*_named(failure.work), failure.side, failure.why] for failure in results.of(Failure)]
    return Table(["loss", "size", "computed", "side", "why"], rows)


def verdict(figures: list[Any], results: Results) -> str:
    """Whether all goals that are about these figures are reached."""
    judged = [(goal, goal.number(results, figure)) for figure in figures for goal in goals_of(figure, results)]
    missed = [goal for goal, number in judged if number is not None and not goal.is_reached(number)]
    return "missed" if missed else "reached" if judged else ""


def speed(pair: Pair, results: Results) -> str:
    """How many times as fast, beside the target where there is one, with the quartiles."""
    limits = [goal.limit for goal in goals_of(pair, results) if goal.unit == "×"]
    target = "".join(f" {'≥' if pair.speedup >= limit else '<'} {limit:g}" for limit in limits)
    return f"{_number(pair.speedup)}{target} [{_number(pair.low)}–{_number(pair.high)}]"


def share(pair: Pair, results: Results) -> str:
    """The share of the bandwidth that ours uses."""
    bandwidth = results.bandwidth.get(pair.work.device)
    useful = pair.work.useful_bytes
    return f"{100 * useful / pair.ours / bandwidth:.0f} %" if bandwidth and useful else ""


def time_of(seconds: float) -> str:
    """Seconds to three digits, in the unit that fits."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def _named(work: Work) -> list[str]:
    return [work.loss, written(work.shape), work.mode]


def _taken(peak: Peak) -> str:
    return f"{peak.bytes / 1e6:,.0f} MB ({peak.bytes / peak.work.bytes:.2f})"


def _number(number: float) -> str:
    """Two decimals, or as many as show three digits."""
    return f"{number:#.2g}" if number < 0.1 else f"{number:.{2 if number < 10 else 1 if number < 100 else 0}f}"
