"""``survey_losses``: from a table to the surface of each loss around its own solution, and what it measures."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossmith.comparing import tuning
from lossmith.comparing.codings import check_fits
from lossmith.comparing.comparison import QUICK, QUICK_ROWS, labelled_losses
from lossmith.comparing.data import MOST_ROWS, Splits, prepare
from lossmith.comparing.defaults import default_losses
from lossmith.comparing.engines import in_processes
from lossmith.comparing.model import isolated, mlp
from lossmith.comparing.store import make_folder
from lossmith.comparing.trial import Result, Run, Spec, Training, solve, train
from lossmith.errors import LossmithError
from lossmith.loss import Loss
from lossmith.reading import read
from lossmith.surfaces import Survey, save_surveys, survey
from lossmith.surfaces.surface import check_grid

ROWS = 1000  # of the training rows, on which the surface is computed; the measures change little with more
_PAGE = "surfaces.html"

Progress = Callable[[str, int, Iterator[Any]], Iterable[Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Surveys:
    """What came out.

    Attributes:
        splits: the rows, with what was predicted.
        losses: by the label that they have in the tables.
        rates: the learning rate of each that was trained, found as ``lossmith compare`` does.
        found: the random planes of each that has a solution, and their measures.
        failed: why each of the others has none.
        seed: of first weights, batches and directions.
    """

    splits: Splits
    losses: Mapping[str, Loss]
    rates: Mapping[str, float]
    found: Mapping[str, Survey]
    failed: Mapping[str, str]
    seed: int

    @property
    def method(self) -> str:
        """How they came about, in a few sentences."""
        rows = min(ROWS, len(self.splits.train.target))
        planes = len(next(iter(self.found.values())).planes)
        rates = ", ".join(f"{label} {self.rates[label]:g}" for label in self.found)
        return (
            "Each loss has trained the same network, from the same weights and on the same batches, and is shown "
            f"around its own solution: {planes} planes along random directions with filter normalisation, on {rows:,} "
            f"training rows. Learning rates: {rates}."
        )

    def save(self, directory: str | Path) -> Path:
        """Write the self-contained ``surfaces.html`` and return its path."""
        title = f"The surfaces of losses that predict {self.splits.task.target}"
        missing = [f"{label} is not shown: {reason}" for label, reason in self.failed.items()]
        return save_surveys(Path(directory) / _PAGE, self.found, title=title, text=[self.method, *missing])

    def to_dict(self) -> dict[str, object]:
        """The measures with their spread, ready for JSON; ``None`` where a measure has nothing to speak of."""
        return {
            "data": self.splits.name,
            "target": self.splits.task.target,
            "seed": self.seed,
            "losses": [
                {
                    "loss": label,
                    "configured": repr(self.losses[label]),
                    "learning_rate": self.rates[label],
                    "value": _known(found.planes[0].centre),
                    "measures": {
                        name: {part: _known(value) for part, value in dataclasses.asdict(over).items()}
                        for name, over in found.spread.items()
                    },
                }
                for label, found in self.found.items()
            ],
            "failed": dict(self.failed),
        }


def survey_losses(
    data: object = None,
    target: object = None,
    losses: Sequence[Loss] | None = None,
    *,
    task: str | None = None,
    planes: int = 5,
    steps: int = 51,
    seed: int = 0,
    quick: bool = False,
    directory: str | Path | None = None,
    progress: Progress | None = None,
) -> Surveys:
    """Train the same network with each loss on a table, and measure the surface of each around its own solution.

    A loss that diverges, or raises an error, is left out with the reason; the others are measured.

    Args:
        data: as for :func:`lossmith.compare`, like all that is not named here.
        target: see there.
        losses: see there.
        task: see there.
        planes: random planes of each loss; all losses have the same directions, each normalised by its own network.
        steps: points along each axis of a plane, an odd number.
        seed: of the first weights, the order of the batches and the directions.
        quick: see there.
        directory: where the result will be saved; made before the work, so that it does not fail after it.
        progress: wraps the stream of what is finished, told its title and how many there are.

    Raises:
        LossmithError: the data, the target, a loss or a setting cannot be used, or every loss diverges or fails.

    Example:
        >>> import numpy as np, polars as pl, lossmith as lm
        >>> from lossmith.surveying import survey_losses
        >>> x = np.linspace(-3, 3, 100)
        >>> result = survey_losses(pl.DataFrame({"x": x, "y": x**2}), "y", [lm.MSE()], planes=1, steps=5, quick=True)
        >>> result.found["mse"].planes[0].values.shape
        (5, 5)
    """
    check_grid(steps, span=1.0)
    splits = prepare(read(data, target, None), task, most_rows=QUICK_ROWS if quick else MOST_ROWS)
    labelled = labelled_losses(default_losses(splits.task) if losses is None else losses)
    for loss in labelled.values():
        check_fits(loss, splits)
    if directory is not None:
        make_folder(Path(directory))
    show = progress or (lambda title, count, results: results)
    training = QUICK if quick else Training()

    def spec(run: Run) -> Spec:
        return Spec(run=run, loss=labelled[run.label], splits=splits, model=mlp, training=training)

    failed: dict[str, str] = {}

    def known(outcomes: Iterable[_Outcome]) -> Iterator[Any]:
        for outcome in outcomes:
            if isinstance(outcome, _Failure):
                failed[outcome.label] = outcome.reason
            else:
                yield outcome

    tuned = [spec(run) for run in tuning.runs(labelled, training.learning_rates)]
    best = tuning.best_rates(known(show("learning rates", len(tuned), in_processes(_tuned, tuned))))
    rates = {label: best[label] for label in labelled if label not in failed}  # they come as they are finished
    jobs = [
        _Job(spec=spec(Run(label=label, seed=seed, learning_rate=rate, is_tuning=False)), planes=planes, steps=steps)
        for label, rate in rates.items()
    ]
    found = dict(known(show("surfaces", len(jobs), in_processes(_surveyed, jobs))))
    if not found:
        raise LossmithError("; ".join(f"{label}: {failed[label]}" for label in labelled))
    return Surveys(
        splits=splits,
        losses=labelled,
        rates=rates,
        found={label: found[label] for label in labelled if label in found},
        failed={label: failed[label] for label in labelled if label in failed},
        seed=seed,
    )


@dataclass(frozen=True, kw_only=True)
class _Failure:
    """A loss that has no solution."""

    label: str
    reason: str


_Outcome = Result | tuple[str, Survey] | _Failure


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One loss, which one process trains and surveys."""

    spec: Spec
    planes: int
    steps: int


def _tuned(spec: Spec) -> _Outcome:
    return _or_failure(spec.run.label, lambda: train(spec))


def _surveyed(job: _Job) -> _Outcome:
    return _or_failure(job.spec.run.label, lambda: (job.spec.run.label, _survey(job)))


def _survey(job: _Job) -> Survey:
    solution = solve(job.spec)
    with isolated(job.spec.run.seed):  # one thread: a point is too little work for two
        return survey(
            solution.network,
            job.spec.loss,
            solution.features[:ROWS],  # rows were drawn in random order
            solution.target[:ROWS],
            planes=job.planes,
            steps=job.steps,
            seed=job.spec.run.seed,
        )


def _or_failure(label: str, work: Callable[[], _Outcome]) -> _Outcome:
    try:
        return work()
    except LossmithError as error:
        return _Failure(label=label, reason=str(error))
    except Exception as error:  # a loss of the user's may raise anything
        return _Failure(label=label, reason=f"{type(error).__name__}: {error}")


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
