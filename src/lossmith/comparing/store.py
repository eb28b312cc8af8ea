"""What a comparison leaves on disk. Every file is replaced in one step: a reader never meets half of one."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from lossmith import __version__
from lossmith.comparing.trial import Result
from lossmith.errors import DataError

if TYPE_CHECKING:
    from lossmith.comparing.outcome import Outcome


def keep(results: Iterator[Result], folder: Path) -> Iterator[Result]:
    """Pass results on; after each, ``results.parquet`` holds all that are finished."""
    finished: list[Result] = []
    for result in results:
        finished.append(result)
        write_results(folder, finished)
        yield result


def write_results(folder: Path, results: Sequence[Result]) -> None:
    """A row for each run: its metrics, its curves (lists by epoch) and its predictions for the test rows (a list)."""
    import polars

    rows = [
        {
            "loss": run.label,
            "seed": run.seed,
            "best_epoch": run.best_epoch,
            "diverged_at": run.diverged_at,
            "seconds": run.seconds,
            **run.metrics,
            **{f"{name}_curve": list(values) for name, values in run.curves.items()},
            "predictions": run.predictions.tolist(),
        }
        for run in results
    ]
    frame = polars.DataFrame(rows, schema_overrides={"diverged_at": polars.Int64}, infer_schema_length=None)
    _replace(folder / "results.parquet", frame.write_parquet)


def write_settings(folder: Path, outcome: Outcome) -> None:
    """What was compared, on what and with what: enough to do it again."""
    splits = outcome.splits
    settings = {
        "data": splits.name,
        "task": dataclasses.asdict(splits.task),
        "rows": {
            "train": len(splits.train.target),
            "validation": len(splits.validation.target),
            "test": len(splits.test.target),
        },
        "features": splits.train.features.shape[1],
        "losses": {label: repr(loss) for label, loss in outcome.losses.items()},
        "seeds": outcome.seeds,
        "training": dataclasses.asdict(outcome.training),
        "versions": {"lossmith": __version__, "torch": torch.__version__, "python": platform.python_version()},
    }
    text = json.dumps(settings, indent=2, ensure_ascii=False) + "\n"
    _replace(folder / "settings.json", lambda path: path.write_text(text, encoding="utf-8"))


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    unfinished = make_folder(path.parent) / f".{path.name}.{os.getpid()}"
    try:
        write(unfinished)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def make_folder(folder: Path) -> Path:
    """The folder, made where it is missing; a ``DataError`` where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"Nothing can be written to {str(folder)!r}: {error.strerror}.") from error
    return folder
