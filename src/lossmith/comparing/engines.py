"""Engines run many specs and yield the results as they finish. What comes out does not depend on the engine."""

from __future__ import annotations

import functools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from lossmith.comparing.trial import Result, Spec, train
from lossmith.errors import ParameterError

Engine = Callable[[Sequence[Spec]], Iterator[Result]]
Given = TypeVar("Given")
Found = TypeVar("Found")


def serial(specs: Sequence[Spec]) -> Iterator[Result]:
    """One after the other, in this process."""
    return map(train, specs)


def local(specs: Sequence[Spec]) -> Iterator[Result]:
    """In one process a core of this machine."""
    return in_processes(train, specs)


def in_processes(function: Callable[[Given], Found], items: Sequence[Given]) -> Iterator[Found]:
    """``map`` in one process a core of this machine, in the order in which they finish."""
    import joblib

    if not items:
        return iter(())
    workers = min(joblib.cpu_count(), len(items))
    # Large arrays reach the workers as copy-on-write maps of one file: torch refuses read-only memory.
    parallel = joblib.Parallel(n_jobs=workers, backend="loky", return_as="generator_unordered", mmap_mode="c")
    with _deaf_workers():
        results: Iterator[Found] = parallel(joblib.delayed(_call_for)(os.getpid(), function, item) for item in items)
    return results


@contextmanager
def _deaf_workers() -> Iterator[None]:
    """Ctrl-C reaches all processes of a terminal: those started here leave it to this one, which ends them.

    It is heard by none in the tenth of a second that they take to start.
    """
    if threading.current_thread() is not threading.main_thread():  # the only one that may say what a signal does
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard or signal.SIG_DFL)


def _call_for(parent: int, function: Callable[[Given], Found], item: Given) -> Found:
    if os.getpid() != parent:  # a single item is done in the parent itself
        _end_with(parent)
    return function(item)


@functools.cache
def _end_with(parent: int) -> None:
    """A worker whose parent was killed would wait for minutes and hold on to its memory: it ends with it instead."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


_ENGINES: dict[str, Engine] = {"serial": serial, "local": local}


def find_engine(engine: str | Engine) -> Engine:
    """The engine of this name; a function from specs to results is one already."""
    if callable(engine):
        return engine
    if engine not in _ENGINES:
        raise ParameterError(
            f"There is no engine {engine!r}; write one of {', '.join(map(repr, _ENGINES))}, "
            "or pass a function from a sequence of specs to an iterator of results."
        )
    return _ENGINES[engine]
