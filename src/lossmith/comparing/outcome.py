"""What came out of a comparison, and what follows from it: runs, summaries, rankings, table, verdict."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lossmith.comparing.data import Splits
from lossmith.comparing.dynamics import Dynamics, dynamics_of, level
from lossmith.comparing.metrics import Metric, metrics_of
from lossmith.comparing.prose import verdict
from lossmith.comparing.statistics import Ranking, Summary, rank, summarise
from lossmith.comparing.trial import Result, Training
from lossmith.loss import Loss
from lossmith.reading import Task

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True)
class Outcome:
    """What came out of a comparison: every run, and what follows from them.

    ``results`` are the runs on which the losses are judged, ``tuning`` those that found their learning ``rates``.
    """

    splits: Splits
    losses: Mapping[str, Loss]  # by the label that they have in the tables
    training: Training
    seeds: int
    settings: Mapping[str, Any]  # all that decides the runs, in plain words and numbers
    tuning: tuple[Result, ...]
    rates: Mapping[str, float]
    results: tuple[Result, ...]

    @property
    def task(self) -> Task:
        """What was predicted."""
        return self.splits.task

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What the losses are judged by."""
        return metrics_of(self.task.group)

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

    @functools.cached_property
    def level_to_reach(self) -> float:
        """What the metric that is followed through training has to reach on validation rows."""
        return level(self.results, self.splits)

    @functools.cached_property
    def dynamics(self) -> dict[str, Dynamics]:
        """How the training with each loss went."""
        return {label: dynamics_of(runs, self.splits, self.level_to_reach) for label, runs in self.runs.items()}

    @property
    def table(self) -> polars.DataFrame:
        """A row for each loss: mean and spread over the seeds of each metric on test rows, and how training went.

        Amounts are in the target's own units; what does not apply is null.
        """
        import polars

        rows = [
            {
                "loss": label,
                "elicits": loss.traits.elicits,
                "runs": len(self.runs[label]),
                "diverged": sum(run.has_diverged for run in self.runs[label]),
                "learning_rate": self.rates[label],
            }
            | {
                f"{metric.name}{suffix}": value
                for metric in self.metrics
                for suffix, value in zip(
                    ("", "_spread"), dataclasses.astuple(self.summaries[label, metric.name]), strict=True
                )
            }
            | dataclasses.asdict(self.dynamics[label])
            for label, loss in self.losses.items()
        ]
        return polars.DataFrame(rows, infer_schema_length=None).fill_nan(None)

    @property
    def verdict(self) -> str:
        """One sentence: which loss is shown to be best by which measure; "no difference is shown" is an answer."""
        return verdict(self.rankings, self.summaries, self.task, self.seeds)

    def to_dict(self) -> dict[str, object]:
        """The table (a row for each loss; ``None`` for what is not known) and the verdict, ready for JSON."""
        return {"table": self.table.to_dicts(), "verdict": self.verdict}
