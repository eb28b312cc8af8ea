"""``choose``: the whole job, from a table to a loss with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossmith.choosing import findings
from lossmith.choosing.baseline import baseline_of
from lossmith.choosing.cautions import cautions
from lossmith.choosing.facts import Facts, measure
from lossmith.choosing.prose import configured
from lossmith.choosing.recommendation import Recommendation
from lossmith.choosing.rules import rank
from lossmith.errors import DataError
from lossmith.loss import Loss
from lossmith.reading import Table, Task, read, task_of

MOST_ROWS = 20_000
_FEWEST_ROWS = 30
_LEAST_SPREAD = 1e-100
_MOST_CANDIDATES = 4


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Which loss, and why.

    Args:
        name: of the table.
        facts: what was measured.
        ranking: what is worth considering, the first choice first.
        warnings: what to know before the advice is followed.
    """

    name: str
    facts: Facts
    ranking: tuple[Recommendation, ...]
    warnings: tuple[str, ...]

    @property
    def loss(self) -> Loss:
        """The first choice, configured; a real target is standardised by ``facts.mean`` and ``facts.std`` for it."""
        return self.ranking[0].loss

    @property
    def candidates(self) -> tuple[Loss, ...]:
        """The first few that can be handed to ``compare`` as they are: class weights belong to the call."""
        return tuple(entry.loss for entry in self.ranking if entry.class_weight is None)[:_MOST_CANDIDATES]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the first choice, then what was measured, in sentences."""
        return (self.ranking[0].reason, *findings.sentences(self.facts))

    @property
    def code(self) -> str:
        """Lines of Python that can be pasted into a training script."""
        return findings.code(self.facts, self.ranking[0])

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return {
            "data": self.name,
            "loss": self.ranking[0].to_dict(),
            "reasons": list(self.reasons),
            "warnings": list(self.warnings),
            "ranking": [recommendation.to_dict() for recommendation in self.ranking],
            "facts": self.facts.to_dict(),
            "code": self.code,
        }

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.facts.task.target} → {configured(self.loss)}", *self.reasons, "", "Ranking:"]
        for place, entry in enumerate(self.ranking, 1):
            lines.append(f"{place}. {configured(entry.loss)} estimates {entry.estimates}. {entry.reason}")
        lines += ["", *(f"Warning: {warning}" for warning in self.warnings), "", self.code]
        return "\n".join(lines)


def choose(data: object = None, target: object = None, *, features: object = None, task: str | None = None) -> Advice:
    """Measure the data and say which loss fits it, with which parameters, and why.

    The task is found in the target. For a real target a few cheap models are cross-validated, and what decides is
    measured on the residuals of the best, not on the raw target: Hogg's and Moors' statistics name the cause, the
    asymptotic variance of each loss's own estimate of location says how many rows it needs.

    Args:
        data: a path (CSV, TSV, Parquet, Arrow, JSON lines; read lazily), the name of a bundled data set, or a Polars or
            pandas DataFrame. Of a long table 20,000 rows are drawn, always the same.
        target: the name of the column to predict, or of several (one-hot rows, a distribution, labels). A bundled data
            set knows its own. With ``features``: the targets themselves, (N,) or (N, C).
        features: an array or tensor (N, …) or a frame, in place of ``data``.
        task: what the target is, where its numbers do not tell: one of ``lossmith.reading.KINDS``.

    Raises:
        LossmithError: the data or the target cannot be used; the message lists what there is.

    Reference: Huber, P. J. (1964). Robust Estimation of a Location Parameter. Annals of Mathematical Statistics 35(1).
    Hogg, R. V. (1974). Adaptive Robust Procedures. Journal of the American Statistical Association 69(348).
    Moors, J. J. A. (1988). A Quantile Alternative for Kurtosis. The Statistician 37(1).

    Example:
        >>> import numpy as np, lossmith as lm
        >>> random = np.random.default_rng(0)
        >>> features = random.normal(size=(1000, 3))
        >>> target = features @ [1.0, 2.0, 3.0] + random.laplace(size=1000)
        >>> advice = lm.choose(features=features, target=target)
        >>> advice.loss, advice.ranking[0].estimates
        (MAE(), 'the median')
    """
    table = read(data, target, features)
    rows = table.take(MOST_ROWS)
    found, values = task_of(table, rows, task)
    _check_enough(table, found, values)
    is_amount = found.group == "regression"
    baseline = baseline_of(table.name, rows, values, is_count=found.kind == "count") if is_amount else None
    facts = measure(table, found, values, baseline)
    ranking = rank(facts, None if baseline is None else baseline.residuals)
    warnings = cautions(facts, ranking, kind_was_found=task is None)
    return Advice(name=table.name, facts=facts, ranking=tuple(ranking), warnings=warnings)


def _check_enough(table: Table, task: Task, values: NDArray[Any]) -> None:
    if len(values) < _FEWEST_ROWS:
        raise DataError(
            f"{table.name} has {len(values)} rows with a target; at least {_FEWEST_ROWS} are needed to measure "
            "anything of it."
        )
    if task.group != "regression":
        return
    spread = float(np.ptp(values))
    if spread == 0:
        raise DataError(f"The target {task.target!r} is constant ({values[0]:g}): there is nothing to learn.")
    if not _LEAST_SPREAD < spread < 1 / _LEAST_SPREAD:
        raise DataError(
            f"The target {task.target!r} runs from {values.min():g} to {values.max():g}, whose squares no number can "
            f"hold. Give it in another unit: divide it by {spread:.0e}."
        )
