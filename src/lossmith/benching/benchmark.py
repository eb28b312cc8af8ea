"""One run: what is asked, in which order, and that every figure is kept as soon as it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from lossmith.benching import child, machine, report
from lossmith.benching.figures import Failure, Figure, Results
from lossmith.benching.memory import LEAST
from lossmith.benching.peers import OURS, call_of, missing_on_gpu, names
from lossmith.benching.subjects import BOTH, LINEAR, Call, Shape, Work, there_are, works
from lossmith.benching.timing import QUICK, Effort, measure
from lossmith.errors import LossmithError
from lossmith.wording import listed

Answers = Iterator[list[Figure]]
Progress = Callable[[str, int, Answers], Answers]

STARTS = {"mse": (2**16,), "cross_entropy": (64, 1000)}  # whose first call is timed, and on what


@dataclass(frozen=True)
class Part:
    """Questions of one kind, and their answers as they come."""

    title: str
    count: int
    answers: Answers


def bench(
    folder: str | Path,
    *,
    losses: Sequence[str] | None = None,
    sizes: Sequence[Shape] | None = None,
    quick: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Results:
    """Measure ours against torch, and write ``benchmark.json``, ``.md`` and ``.html`` into a folder.

    Args:
        folder: made where it is missing; the JSON is rewritten with each figure, so that a run that is stopped keeps
            what it has.
        losses, sizes, quick: see :func:`lossmith.benching.subjects.works`.
        threads: of torch, and of ours which follows it; as many as torch takes by itself where it is left out.
        progress: gets the title of each part, how many answers it has, and the answers, which it passes on.

    Raises:
        LossmithError: an answer of ours differs from torch's (the results are written all the same), or a loss, a
            size or the folder cannot be used.
    """
    folder = Path(folder)
    asked = works(losses, sizes, quick=quick)
    if threads:
        torch.set_num_threads(threads)
    results = Results(machine=machine.facts(), notes=_notes(quick))
    results.save(folder)
    results.bandwidth = {device: machine.bandwidth(device) for device in dict.fromkeys(w.device for w in asked)}
    other = machine.OtherWork()
    try:
        for part in parts(asked, quick):
            if not part.count:
                continue
            for figures in (progress or _silent)(part.title, part.count, part.answers):
                results.figures += figures
                results.save(folder)
        results.is_whole = True
    finally:
        results.other_work = other.share()
        results.save(folder)
        report.write(folder, results)
    refuse_wrong(results)
    return results


def parts(asked: Sequence[Work], quick: bool) -> Iterator[Part]:
    """What is measured, in order."""
    effort = QUICK if quick else Effort()
    threads = torch.get_num_threads()
    yield Part("times", len(asked), (measure(work, _peers(work), effort) for work in asked))
    on_cpu = [work for work in asked if work.device == "cpu"]
    if machine.huge_pages() in ("always", "madvise"):
        yield Part("times, huge pages", len(on_cpu), child.with_huge_pages(on_cpu, effort, threads))
    large = [work for work in asked if work.mode == BOTH and work.elements >= LEAST]
    sides = [(work, side) for work in large for side in (OURS, *names(work))]
    yield Part("memory", len(sides), (child.memory(work, side, threads) for work, side in sides))
    first = [Work(work, shape, BOTH) for work, shape in STARTS.items() if any(w.loss == work for w in on_cpu)]
    yield Part("first calls", 2 * len(first), child.first_calls(first))


def refuse_wrong(results: Results) -> None:
    """Raise where an answer differs from ours: whatever was timed beside it, something is broken."""
    if wrong := [failure for failure in results.of(Failure) if failure.is_wrong]:
        said = [f"{f.work.loss} on {f.work.shape} against {f.side}: {f.why}" for f in wrong]
        raise LossmithError(f"Results that should agree do not: {listed(said)}")


def _peers(work: Work) -> dict[str, Call]:
    return {name: call_of(work, name) for name in names(work)}


def _notes(quick: bool) -> list[str]:
    """What is not measured at all, said before any number."""
    notes = []
    if not torch.cuda.is_available():
        notes.append("GPU: not measured, none at hand")
    elif missing := missing_on_gpu():
        notes.append(f"GPU: {listed(missing)} not measured, not installed")
    if machine.huge_pages() not in ("always", "madvise"):
        notes.append("Huge pages: not measured, this system gives none")
    if LINEAR not in there_are():
        notes.append(f"{LINEAR}: not measured, this version has none")
    return [*notes, "Quick: few rounds on small sizes, too few for a claim"] if quick else notes


def _silent(title: str, count: int, answers: Answers) -> Answers:
    return answers
