"""``compare``: the whole job, from a table to what can be said of its losses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lossmith.comparing import report, store
from lossmith.comparing.data import Task, prepare
from lossmith.comparing.engines import Engine, find_engine
from lossmith.comparing.outcome import Outcome
from lossmith.comparing.trial import Factory, Result, Spec, Training, check_fits, mlp
from lossmith.errors import ParameterError
from lossmith.loss import Loss
from lossmith.losses.binary import BinaryCrossEntropy, Hinge
from lossmith.losses.regression import MAE, MSE, Huber, LogCosh

Progress = Callable[[Sequence[Spec], Iterator[Result]], Iterator[Result]]

_QUICK_ROWS = 4000
_QUICK_EPOCHS = 12


@dataclass(frozen=True)
class Comparison(Outcome):
    """An outcome that can be kept: as a table, as its settings, and as a page."""

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
