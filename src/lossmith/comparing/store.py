"""What a comparison leaves on disk, and how it is taken up again. Every file is replaced in one step, never half.

A folder has ``settings.json`` from the start, a file for each finished run in ``runs/`` while the comparison goes on,
and ``results.parquet`` with all runs at its end.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from lossmith.comparing.codings import predictions_of
from lossmith.comparing.metrics import curves_of, metrics_of
from lossmith.comparing.predictions import Predictions
from lossmith.comparing.trial import CURVES, Result, Run, Spec
from lossmith.errors import DataError

if TYPE_CHECKING:
    import polars

_RESULTS = "results.parquet"
_SETTINGS = "settings.json"
_RUNS = "runs"
_MAY_GROW = ("losses", "seeds", "learning_rates")  # a comparison that goes on may take on more of these


@dataclasses.dataclass(frozen=True)
class Store:
    """The folder of one comparison; ``settings`` hold all that decides its runs, and its losses by label."""

    folder: Path
    settings: Mapping[str, Any]

    def open(self) -> None:
        """Make the folder and write the settings, before anything is trained."""
        make_folder(self.folder / _RUNS)
        self.write_settings(self.settings)

    def write_settings(self, settings: Mapping[str, Any]) -> None:
        """What was compared, on what and with what: enough to do it again."""
        text = json.dumps(settings, indent=2, ensure_ascii=False) + "\n"
        _replace(self.folder / _SETTINGS, lambda path: path.write_text(text, encoding="utf-8"))

    def check_same(self) -> None:
        """Raise a ``DataError`` where what is in the folder was made with other settings; it says which."""
        path = self.folder / _SETTINGS
        if not path.is_file():
            raise DataError(
                f"There is no comparison to go on with in {str(self.folder)!r}: it has no {_SETTINGS}. "
                "Leave out resume (--resume) to begin one."
            )
        now = json.loads(json.dumps(self.settings))  # tuples become lists, as they did on disk
        try:
            changed = _changes(json.loads(path.read_text("utf-8")), now)
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise DataError(f"{str(path)!r} cannot be read as the settings of a comparison: {error}") from error
        if changed:
            raise DataError(
                f"The comparison in {str(self.folder)!r} was made with other settings: {'; '.join(changed)}. "
                "Write the same command as before, or begin anew in another folder."
            )

    def finished(self, specs: Sequence[Spec]) -> list[Result]:
        """The results of those specs that are on disk already."""
        rows = self._rows()
        keys = ((spec, self._key(spec.run)) for spec in specs)
        return [_result(rows[key], spec) for spec, key in keys if key in rows]

    def keep(self, results: Iterator[Result]) -> Iterator[Result]:
        """Pass results on, each as soon as it is on disk."""
        for result in results:
            frame = self._frame([result])
            _replace(self.folder / _RUNS / f"{frame['key'][0]}.parquet", frame.write_parquet)
            yield result

    def close(self, results: Sequence[Result]) -> None:
        """One table of all runs in place of a file for each."""
        _replace(self.folder / _RESULTS, self._frame(results).write_parquet)
        shutil.rmtree(self.folder / _RUNS, ignore_errors=True)

    def _rows(self) -> dict[str, dict[str, Any]]:
        import polars

        rows: dict[str, dict[str, Any]] = {}
        for path in (self.folder / _RESULTS, *sorted((self.folder / _RUNS).glob("*.parquet"))):
            try:
                rows |= {row["key"]: row for row in polars.read_parquet(path).to_dicts()}
            except (OSError, polars.exceptions.PolarsError, polars.exceptions.PanicException, KeyError):
                continue  # not there, or lost with the power: that run is made again
        return rows

    def _key(self, run: Run) -> str:
        """Equal for runs that cannot but give equal results; the label is no part of it."""
        decides = {name: value for name, value in self.settings.items() if name not in _MAY_GROW}
        loss = self.settings["losses"][run.label]
        what = json.dumps([decides, loss, run.seed, run.learning_rate, run.is_tuning])
        return hashlib.sha256(what.encode()).hexdigest()[:16]

    def _frame(self, results: Sequence[Result]) -> polars.DataFrame:
        """A row for each run: its metrics, its curves (lists by epoch), its predictions for the test rows (a list)."""
        import polars

        rows = [{"key": self._key(result.run), **_row(result)} for result in results]
        return polars.DataFrame(rows, schema_overrides={"diverged_at": polars.Int64}, infer_schema_length=None)


def _row(result: Result) -> dict[str, Any]:
    """What a result is on disk: one flat row."""
    row: dict[str, Any] = {
        "loss": result.run.label,
        "stage": "tuning" if result.run.is_tuning else "test",
        "seed": result.run.seed,
        "learning_rate": result.run.learning_rate,
        "best_epoch": result.best_epoch,
        "best_value": result.best_value,
        "diverged_at": result.diverged_at,
        "seconds": result.seconds,
    }
    row |= result.metrics
    row |= {f"train_{name}": value for name, value in result.train_metrics.items()}
    row |= {f"{name}_curve": list(values) for name, values in result.curves.items()}
    if result.predictions is not None:
        row |= {
            "predictions": result.predictions.values.tolist(),
            "slope": result.predictions.slope,
            "shift": result.predictions.shift,
        }
    return row


def _result(row: Mapping[str, Any], spec: Spec) -> Result:
    """The result that :func:`_row` wrote."""
    group, has_metrics = spec.splits.task.group, row["diverged_at"] is None
    is_judged = has_metrics and not spec.run.is_tuning
    followed = [metric.name for metric in curves_of(group)]
    return Result(
        run=spec.run,
        best_epoch=row["best_epoch"],
        best_value=row["best_value"],
        diverged_at=row["diverged_at"],
        seconds=row["seconds"],
        metrics={metric.name: row[metric.name] for metric in metrics_of(group)} if is_judged else {},
        train_metrics={name: row[f"train_{name}"] for name in followed} if has_metrics else {},
        curves={name: tuple(row[f"{name}_curve"]) for name in (*CURVES, *followed)},
        predictions=_predictions(row, spec) if is_judged else None,
    )


def _predictions(row: Mapping[str, Any], spec: Spec) -> Predictions:
    values = np.array(row["predictions"], dtype=np.float64)
    if spec.splits.task.group == "regression":
        return Predictions(values)
    plain = predictions_of(spec.loss, torch.from_numpy(values), spec.splits)
    return dataclasses.replace(plain, slope=row["slope"], shift=row["shift"])


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs, in words; that a comparison takes on more is no difference, that it takes on less loses runs."""
    was, is_now = _flat(before), _flat(now)
    changed = [
        f"{name} was {was.get(name)!r} and is {is_now.get(name)!r}"
        for name in {**was, **is_now}
        if name.partition(".")[0] not in _MAY_GROW and was.get(name) != is_now.get(name)
    ]
    left_out = set(before["losses"].values()) - set(now["losses"].values())
    changed += [f"{loss} is left out" for loss in sorted(left_out)]
    if now["seeds"] < before["seeds"]:
        changed.append(f"seeds was {before['seeds']} and is {now['seeds']}")
    return changed


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Settings with names such as ``training.epochs``."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    from polars.exceptions import PolarsError  # as which a full disk comes

    unfinished = make_folder(path.parent) / f".{path.name}.{os.getpid()}"
    try:
        write(unfinished)
        os.replace(unfinished, path)
    except (OSError, PolarsError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{str(path)!r} cannot be written: {reason}. Nothing else is lost.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def make_folder(folder: Path) -> Path:
    """The folder, made where it is missing; a ``DataError`` where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"Nothing can be written to {str(folder)!r}: {error.strerror}.") from error
    return folder
