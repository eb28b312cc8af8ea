"""``compare``: the whole job, from a table to what can be said of its losses."""

from __future__ import annotations

import dataclasses
import itertools
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from lossmith import __version__
from lossmith.comparing import report, tuning
from lossmith.comparing.codings import check_fits
from lossmith.comparing.data import MOST_ROWS, Splits, prepare
from lossmith.comparing.defaults import default_losses
from lossmith.comparing.engines import Engine, find_engine
from lossmith.comparing.model import Factory, check_factory, mlp, start_of
from lossmith.comparing.outcome import Outcome
from lossmith.comparing.store import Store
from lossmith.comparing.trial import Result, Run, Spec, Training
from lossmith.errors import ParameterError
from lossmith.loss import Loss
from lossmith.reading import read

Progress = Callable[[str, Sequence[Spec], Iterator[Result]], Iterator[Result]]

QUICK = Training(epochs=12, learning_rates=(1.5e-3, 5e-3, 1.5e-2))
QUICK_ROWS = 4000


@dataclass(frozen=True)
class Comparison(Outcome):
    """An outcome that can be kept: as a table, as its settings, and as a page."""

    def save(self, directory: str | Path) -> Path:
        """Write ``results.parquet``, ``settings.json`` and the self-contained ``report.html``, and return its path."""
        store = Store(Path(directory), {**self.settings, "learning_rates": dict(self.rates)})
        store.open()
        store.close([*self.tuning, *self.results])
        return report.write(Path(directory) / "report.html", self)


def compare(
    data: object = None,
    target: object = None,
    losses: Sequence[Loss] | None = None,
    model: Factory | None = None,
    seeds: int = 5,
    engine: str | Engine = "local",
    *,
    features: object = None,
    task: str | None = None,
    training: Training | None = None,
    quick: bool = False,
    directory: str | Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Train the same network with each loss, from the same start and on the same batches, and judge it on unseen rows.

    Each loss first finds its learning rate, in a grid of the same size, on validation rows; then it is trained with
    fresh seeds and judged on test rows, by measures that do not depend on the loss.

    Args:
        data: a path (CSV, TSV, Parquet, Arrow, JSON lines), the name of a bundled data set, or a Polars or pandas
            DataFrame. Rows without a target are left out; of a long table 200,000 rows are drawn.
        target: the column to predict, or several (one-hot rows, a distribution, labels). A bundled data set knows its
            own. With ``features``: the targets themselves, (N,) or (N, C).
        losses: configured losses; the default depends on the task. A real target is standardised for training, so that
            a loss's scale (Huber's ``delta``) counts in standard deviations of the target.
        model: ``model(inputs, outputs)`` builds a fresh network: ``inputs`` is the number of features, or the shape of
            a row of an array with more axes; ``outputs`` the number of scores a row. Default: a multilayer perceptron.
        seeds: how many times each loss is trained. A seed sets the first weights and the order of the batches.
        engine: ``"local"`` (a process for each core), ``"serial"``, or a function from specs to results.
        features: an array or tensor (N, …) or a frame, in place of ``data``.
        task: what the target is, where its numbers do not tell: one of ``lossmith.reading.KINDS``.
        training: epochs, batches and the grid of learning rates (:class:`Training`).
        quick: fewer rows, epochs and rates, to try things out.
        directory: write each finished run here at once, so that nothing finished is lost.
        resume: go on with what is in ``directory`` already; with the same settings, and more losses or seeds at most.
        progress: wraps the stream of results of each stage, to show how far it is.

    Raises:
        LossmithError: the data, the target, a loss or a setting cannot be used; the message says what to write instead.

    Example:
        >>> import lossmith as lm
        >>> result = lm.compare("houses", losses=[lm.MSE(), lm.MAE()], seeds=2, quick=True, engine="serial")
        >>> result.table["loss"].to_list()
        ['mse', 'mae']
    """
    if not isinstance(seeds, int) or seeds < 1:
        raise ParameterError(f"seeds={seeds!r}: write a whole number from 1 (from 2 on, to show a difference).")
    if resume and directory is None:
        raise ParameterError("resume=True needs the directory of the comparison to go on with: directory='out/'.")
    factory = model or mlp
    check_factory(factory)
    run_all = find_engine(engine)
    splits = prepare(read(data, target, features), task, most_rows=QUICK_ROWS if quick else MOST_ROWS)
    labelled = labelled_losses(default_losses(splits.task) if losses is None else losses)
    for loss in labelled.values():
        check_fits(loss, splits)
    schedule = training or (QUICK if quick else Training())
    settings = _settings(splits, labelled, factory, schedule, seeds)
    stage = _Stage(splits, labelled, factory, schedule, run_all, _opened(directory, settings, resume), resume, progress)
    tried = stage.run(
        "learning rates",
        tuning.runs(labelled, schedule.learning_rates),
    )
    rates = tuning.best_rates(tried)
    # Seed by seed, so that what an interrupted comparison leaves is paired.
    judged = stage.run(
        "trainings",
        [
            Run(label=label, seed=seed, learning_rate=rates[label], is_tuning=False)
            for seed, label in itertools.product(range(seeds), labelled)
        ],
    )
    return Comparison(splits, labelled, schedule, seeds, settings, tried, rates, judged)


@dataclass(frozen=True)
class _Stage:
    """What the runs of a comparison share."""

    splits: Splits
    losses: dict[str, Loss]
    model: Factory
    training: Training
    run_all: Engine
    store: Store | None
    resume: bool
    progress: Progress | None

    def run(self, title: str, runs: Sequence[Run]) -> tuple[Result, ...]:
        """The results of these runs, in their order; what is on disk already is taken from there."""
        specs = [
            Spec(run=run, loss=self.losses[run.label], splits=self.splits, model=self.model, training=self.training)
            for run in runs
        ]
        done = self.store.finished(specs) if self.store and self.resume else []
        finished = {result.run for result in done}
        fresh = self.run_all([spec for spec in specs if spec.run not in finished])
        results: Iterator[Result] = itertools.chain(done, self.store.keep(fresh) if self.store else fresh)
        if self.progress is not None:
            results = self.progress(title, specs, results)
        by_run = {result.run: result for result in results}
        return tuple(by_run[run] for run in runs)


def _opened(directory: str | Path | None, settings: dict[str, Any], resume: bool) -> Store | None:
    """The folder, ready to be written to: before the work, not after."""
    if directory is None:
        return None
    store = Store(Path(directory), settings)
    if resume:
        store.check_same()
    store.open()
    return store


def _settings(
    splits: Splits, losses: dict[str, Loss], model: Factory, training: Training, seeds: int
) -> dict[str, Any]:
    """All that decides the runs, in plain words and numbers."""
    return {
        "data": {
            "name": splits.name,
            "rows": dict(
                zip(("train", "validation", "test"), (len(part.target) for part in splits.parts), strict=True)
            ),
            "inputs": splits.inputs,
            "fingerprint": splits.fingerprint(),
        },
        "task": dataclasses.asdict(splits.task),
        "model": {
            "name": getattr(model, "__name__", type(model).__name__),
            "start": start_of(model, splits.inputs, splits.task.outputs),
        },
        "training": dataclasses.asdict(training),
        "versions": {"lossmith": __version__, "torch": torch.__version__, "python": platform.python_version()},
        "losses": {label: repr(loss) for label, loss in losses.items()},
        "seeds": seeds,
    }


def labelled_losses(losses: Sequence[Loss]) -> dict[str, Loss]:
    """Losses by their name and what is not its default; numbered where even these are the same."""
    if isinstance(losses, Loss):
        raise ParameterError(f"losses={losses!r} is a single loss: write a list, losses=[lm.MSE(), lm.MAE()].")
    if not losses:
        raise ParameterError("losses is empty: give at least one, or leave it out for the defaults.")
    if wrong := [loss for loss in losses if not isinstance(loss, Loss)]:
        raise ParameterError(
            f"losses has {wrong[0]!r}, which is no configured loss: write lm.MSE(), lm.Huber(delta=2)."
        )
    labelled: dict[str, Loss] = {}
    for loss in losses:
        label = base = _label(loss)
        number = 1
        while label in labelled:
            number += 1
            label = f"{base} #{number}"
        labelled[label] = loss
    return labelled


def _label(loss: Loss) -> str:
    return f"{loss.name}({loss.configuration})" if loss.configuration else loss.name
