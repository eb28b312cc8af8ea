"""``compare``: the whole job, from a table to what can be said of its losses."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossmith.comparing import report, store
from lossmith.comparing.data import Splits, Task, prepare
from lossmith.comparing.engines import Engine, find_engine
from lossmith.comparing.metrics import Metric, metrics_of
from lossmith.comparing.statistics import Ranking, Summary, rank, summarise
from lossmith.comparing.trial import Factory, Result, Spec, Training, check_fits, mlp
from lossmith.comparing.words import verdict
from lossmith.errors import ParameterError
from lossmith.loss import Loss
from lossmith.losses.binary import BinaryCrossEntropy, Hinge
from lossmith.losses.regression import MAE, MSE, Huber, LogCosh

if TYPE_CHECKING:
    import polars

Progress = Callable[[Sequence[Spec], Iterator[Result]], Iterator[Result]]

_QUICK_ROWS = 4000
_QUICK_EPOCHS = 12


@dataclass(frozen=True)
class Comparison:
    """What came out of a comparison: every run, and what may be said of them."""

    splits: Splits
    losses: Mapping[str, Loss]  # by the label that they have in the tables
    training: Training
    seeds: int
    results: tuple[Result, ...]

    @property
    def task(self) -> Task:
        """What was predicted."""
        return self.splits.task

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What the losses are judged by."""
        return metrics_of(self.task.kind)

    @functools.cached_property
    def runs(self) -> dict[str, list[Result]]:
        """The runs of each loss, by seed."""
        ordered = sorted(self.results, key=lambda run: run.seed)
        return {label: [run for run in ordered if run.label == label] for label in self.losses}

    @functools.cached_property
    def summaries(self) -> dict[tuple[str, str], Summary]:
        """Mean and spread over the seeds, by label and name of the metric."""
        return {
            (label, metric.name): summarise(runs, metric)
            for label, runs in self.runs.items()
            for metric in self.metrics
        }

    @functools.cached_property
    def rankings(self) -> tuple[Ranking, ...]:
        """The order of the losses by each metric, with the differences that are shown."""
        return tuple(rank(metric, self.runs, self.splits.test.target) for metric in self.metrics)

    @property
    def table(self) -> polars.DataFrame:
        """A row for each loss: mean and spread over the seeds of each metric on test rows, in the target's units."""
        import polars

        rows = [
            {
                "loss": label,
                "elicits": loss.traits.elicits,
                "runs": len(self.runs[label]),
                "diverged": sum(run.diverged_at is not None for run in self.runs[label]),
            }
            | {
                f"{metric.name}{suffix}": value
                for metric in self.metrics
                for suffix, value in zip(
                    ("", "_spread"), dataclasses.astuple(self.summaries[label, metric.name]), strict=True
                )
            }
            for label, loss in self.losses.items()
        ]
        return polars.DataFrame(rows)

    @property
    def verdict(self) -> str:
        """One sentence: which loss is shown to be best by which measure; "no difference is shown" is an answer."""
        return verdict(self.rankings, self.summaries, self.task, self.seeds)

    def to_dict(self) -> dict[str, object]:
        """The table (a row for each loss; ``None`` for what is not known) and the verdict, ready for JSON."""
        return {"table": self.table.fill_nan(None).to_dicts(), "verdict": self.verdict}

    def save(self, directory: str | Path) -> Path:
        """Write ``results.parquet``, ``settings.json`` and the self-contained ``report.html``, and return its path."""
        folder = Path(directory)
        store.write_settings(folder, self)
        store.write_results(folder, self.results)
        return report.write(folder / "report.html", self)


def compare(
    data: object,
    target: str | None = None,
    losses: Sequence[Loss] | None = None,
    model: Factory | None = None,
    seeds: int = 3,
    engine: str | Engine = "local",
    *,
    quick: bool = False,
    directory: str | Path | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Train the same network with each loss, from the same start and on the same batches, and judge it on unseen rows.

    Args:
        data: a path (CSV, TSV, Parquet), the name of a bundled data set, or a Polars or pandas DataFrame.
        target: the column to predict: real numbers, or two values. A bundled data set knows its own.
        losses: configured losses. Default for a real target: MSE, MAE, Huber, LogCosh; for a binary one:
            BinaryCrossEntropy, Hinge, MSE. A real target is standardised for training, so that a loss's
            scale (Huber's ``delta``) counts in standard deviations of the target.
        model: from the number of features to a network with one output; default: a multilayer perceptron.
        seeds: how many times each loss is trained. A seed sets the first weights and the order of the batches.
        engine: ``"local"`` (a process for each core), ``"serial"``, or a function from specs to results.
        quick: fewer rows and epochs, to try things out.
        directory: write each finished run here at once, so that nothing finished is lost.
        progress: wraps the stream of results, to show how far it is.

    Raises:
        LossmithError: the data, the target, a loss or a setting cannot be used; the message says what to write instead.

    Example:
        >>> import lossmith as lm
        >>> result = lm.compare("houses", losses=[lm.MSE(), lm.MAE()], seeds=2, quick=True, engine="serial")
        >>> result.table["loss"].to_list()
        ['mse', 'mae']
    """
    if seeds < 1:
        raise ParameterError(f"seeds={seeds}: write 1 or more (2 or more to show a difference).")
    run_all = find_engine(engine)
    splits = prepare(data, target, most_rows=_QUICK_ROWS if quick else None)
    labelled = _labelled(_default_losses(splits.task) if losses is None else losses)
    for loss in labelled.values():
        check_fits(loss, splits.task)
    folder = None if directory is None else store.make_folder(Path(directory))  # before the work, not after
    training = Training(epochs=_QUICK_EPOCHS) if quick else Training()
    # Seed by seed, so that what an interrupted comparison leaves is paired.
    specs = [
        Spec(label=label, loss=loss, seed=seed, splits=splits, model=model or mlp, training=training)
        for seed in range(seeds)
        for label, loss in labelled.items()
    ]
    results = run_all(specs)
    if progress is not None:
        results = progress(specs, results)
    if folder is not None:
        results = store.keep(results, folder)
    ordered = sorted(results, key=lambda run: (run.seed, list(labelled).index(run.label)))
    return Comparison(splits, labelled, training, seeds, tuple(ordered))


def _default_losses(task: Task) -> tuple[Loss, ...]:
    if task.kind == "binary":
        return BinaryCrossEntropy(), Hinge(), MSE()
    return MSE(), MAE(), Huber(), LogCosh()


def _labelled(losses: Sequence[Loss]) -> dict[str, Loss]:
    """Losses by name; by name and parameters where a name repeats; numbered where even these do."""
    if not losses:
        raise ParameterError("losses is empty: give at least one, or leave it out for the defaults.")
    names = [loss.name for loss in losses]
    labelled: dict[str, Loss] = {}
    for loss in losses:
        label = base = loss.name if names.count(loss.name) == 1 else _with_parameters(loss)
        number = 1
        while label in labelled:
            number += 1
            label = f"{base} #{number}"
        labelled[label] = loss
    return labelled


def _with_parameters(loss: Loss) -> str:
    parameters = repr(loss).partition("(")[2].rstrip(")")
    return f"{loss.name}({parameters})" if parameters else loss.name
