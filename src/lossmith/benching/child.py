"""What has to be measured in a process of its own: asked for here, and answered by :func:`main` there.

A question is one argument in JSON, an answer one line of JSON: the figures found for one work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import torch

from lossmith.benching.figures import Failure, Figure, Peak, Start, figure_of, plain, work_of
from lossmith.benching.memory import peak
from lossmith.benching.peers import HUGE_PAGES
from lossmith.benching.prepared import Prepared, run
from lossmith.benching.subjects import Work
from lossmith.benching.timing import Effort, measure, reason

CACHE = "LOSSMITH_CACHE"


def with_huge_pages(works: Sequence[Work], effort: Effort, threads: int) -> Iterator[list[Figure]]:
    """Ours against torch eager in a process whose tensors get huge pages, which torch decides when it starts."""
    question = {"works": [asdict(work) for work in works], "effort": asdict(effort), "threads": threads}
    return _ask("pairs", question, {"THP_MEM_ALLOC_ENABLE": "1"}, works, HUGE_PAGES)


def memory(work: Work, side: str, threads: int) -> list[Figure]:
    """The memory of one call of one side."""
    question = {"work": asdict(work), "side": side, "threads": threads}
    return next(_ask("peak", question, {}, [work], side), [])


def first_calls(works: Sequence[Work]) -> Iterator[list[Figure]]:
    """The first value and gradient of each, with a fresh folder for kernels and then with what it holds."""
    for work in works:
        with tempfile.TemporaryDirectory() as folder:
            for cache in ("cold", "warm"):
                question = {"work": asdict(work), "cache": cache}
                yield next(_ask("start", question, {CACHE: folder}, [work], f"first call, {cache}"), [])


def _ask(
    task: str, question: dict[str, Any], environment: Mapping[str, str], works: Sequence[Work], side: str
) -> Iterator[list[Figure]]:
    """The answers of a child; where it dies, why, once for each work that it has not answered."""
    command = [sys.executable, "-c", f"from {__name__} import main; main()", task, json.dumps(question)]
    env = {**os.environ, **environment}
    answered = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=env) as child:
            assert child.stdout is not None
            try:
                for line in child.stdout:
                    yield [figure_of(entry) for entry in json.loads(line)]
                    answered += 1
            except BaseException:
                child.kill()  # nobody waits for what it would still say
                raise
        errors.seek(0)
        last = [line.strip() for line in errors.read().splitlines() if line.strip()][-1:]
    for work in works[answered:]:
        yield [Failure(work, side, "".join(last) or f"its process ended with {child.returncode}")]


# In the child ---------------------------------------------------------------------------------------------------------


def _pairs(works: list[dict[str, Any]], effort: dict[str, Any], threads: int) -> Iterator[list[Figure]]:
    torch.set_num_threads(threads)
    for work in map(work_of, works):
        yield measure(work, {HUGE_PAGES: work.subject.torchs}, Effort(**effort))


def _peak(work: dict[str, Any], side: str, threads: int) -> Iterator[list[Figure]]:
    torch.set_num_threads(threads)
    asked = work_of(work)
    try:
        yield [Peak(asked, side, peak(asked, side))]
    except Exception as error:
        yield [Failure(asked, side, reason(error))]


def _start(work: dict[str, Any], cache: str) -> Iterator[list[Figure]]:
    asked = work_of(work)
    prepared = Prepared(asked)
    start = time.perf_counter()
    run(asked.subject.ours, *prepared.fresh())
    yield [Start(asked.loss, cache, time.perf_counter() - start)]


_TASKS: dict[str, Callable[..., Iterator[list[Figure]]]] = {"pairs": _pairs, "peak": _peak, "start": _start}


def main() -> None:
    """Answer the question that the arguments ask."""
    task, question = sys.argv[1:]
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    for figures in _TASKS[task](**json.loads(question)):
        print(json.dumps([plain(figure) for figure in figures]), file=answers, flush=True)
