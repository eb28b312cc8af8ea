"""Target codings: what numbers a loss reads as its target, and how to recode what is coded otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from lossmith.errors import TargetError

ROW_SUM_MISS = 4e-3  # rows that were rounded to bfloat16 miss 1 by up to 2⁻⁸


@dataclass(frozen=True)
class Coding:
    """One way to write a target down.

    Args:
        name: short, for tables.
        task: ``"regression"``, ``"binary"``, ``"classes"``, ``"distribution"``, ``"sequence"`` or
            ``"sets"``.
        expects: what the values are, as it stands in an error.
        remedy: what to write instead.
        violated: where a value breaks the coding, elementwise, of a tensor or of a term of a formula; ``None``:
            nowhere. NaN breaks none: it gives NaN, so that a missing target cannot pass for a number.
        sums_to_1: whether a row whose sum is not 1 breaks it too.
        neutral: a legal value, put where an element is absent.
        examples: a few legal values (of one sample, with three classes where there are classes), to measure with.
    """

    name: str
    task: str
    expects: str = field(repr=False)
    remedy: str = field(repr=False)
    violated: Callable[[Any], Any] | None = field(repr=False)
    sums_to_1: bool = field(default=False, repr=False)
    neutral: float = field(default=0.0, repr=False)
    examples: tuple[Any, ...] = field(default=(-2.0, 0.0, 1.5), repr=False)

    def check(self, target: Tensor, loss_name: str) -> None:
        """Raise a TargetError that shows the first offending value or row. Reads the values: for eager CPU only."""
        if self.violated is None:
            return
        bad = self.violated(target)
        if self.sums_to_1:
            bad = bad.any(-1) | ((target.sum(-1) - 1).abs() > ROW_SUM_MISS)
        if bool(bad.any()):
            where = tuple(int(i) for i in bad.nonzero()[0])
            shown = target[where].tolist()
            raise TargetError(
                f"{loss_name} expects {self.expects}, but {int(bad.sum())} of {bad.numel()} break it, first "
                f"target[{', '.join(map(str, where)) or '()'}] = {shown}. {self.remedy}"
            )


def _below_zero(target: Any) -> Any:
    return target < 0


def _not_above_zero(target: Any) -> Any:
    return target <= 0


def _outside_unit(target: Any) -> Any:
    return (target < 0) | (target > 1)


def _not_sign(target: Any) -> Any:
    return (target < -1) | ((target > -1) & (target < 1)) | (target > 1)


REAL = Coding("real", "regression", "real targets", "", None)
COUNT = Coding(
    "count",
    "regression",
    "targets of 0 or more",
    "Counts are passed as they are, not standardised; for targets of either sign take MSE; to leave elements out, pass "
    "mask=.",
    _below_zero,
    neutral=1.0,
    examples=(0.0, 1.0, 3.5),
)
POSITIVE = Coding(
    "positive",
    "regression",
    "targets above 0",
    "Amounts are passed as they are, not standardised; where some are 0 take Tweedie or Poisson; for targets of either "
    "sign take MSE; to leave elements out, pass mask=.",
    _not_above_zero,
    neutral=1.0,
    examples=(0.5, 1.0, 3.5),
)
BINARY = Coding(
    "binary",
    "binary",
    "targets from 0 to 1",
    "Labels -1/+1 become 0/1 by (target + 1) / 2; to leave elements out, pass mask= or ignore_index=.",
    _outside_unit,
    examples=(0.0, 0.3, 1.0),
)
SIGN = Coding(
    "sign",
    "binary",
    "targets -1 and +1",
    "Labels 0/1 become -1/+1 by 2 * target - 1; to leave elements out, pass mask= or ignore_index=.",
    _not_sign,
    neutral=1.0,
    examples=(-1.0, 1.0),
)
ROWS = ((1.0, 0.0, 0.0), (0.2, 0.5, 0.3))
CLASS_INDEX = Coding("class index", "classes", "class indices (integers)", "", None, examples=(0, 2))
CLASS_ROWS = Coding(
    "class rows",
    "classes",
    "one-hot rows or distributions over the classes (no value below 0, each row's sum 1)",
    "Normalise the rows, target / target.sum(axis, keepdim=True), or pass integer class indices to "
    "SparseCategoricalCrossEntropy.",
    _below_zero,
    sums_to_1=True,
    examples=ROWS,
)
CLASSES = Coding(
    "class index or rows",
    "classes",
    CLASS_ROWS.expects,
    CLASS_ROWS.remedy,
    _below_zero,
    sums_to_1=True,
    examples=(0, 2),
)
MULTI_LABEL = Coding(
    "multi-label",
    "classes",
    "a value from 0 to 1 for each class",
    "Class indices become rows by torch.nn.functional.one_hot(target, classes).",
    _outside_unit,
    examples=((1.0, 0.0, 1.0), (0.2, 0.5, 0.0)),
)
DISTRIBUTION = Coding(
    "distribution",
    "distribution",
    "distributions over the classes (no value below 0, each row's sum 1)",
    "Say what the target is: target_given='scores' or 'log_probabilities', or normalise its rows.",
    _below_zero,
    sums_to_1=True,
    examples=ROWS,
)
PADDING = -1  # stands in the place of a label after the end of a sequence
LABELS = Coding(
    "label sequence",
    "sequence",
    "class indices in their order, padded with -1 at the end",
    "",
    None,
    neutral=PADDING,
    examples=((1, 2), (1, PADDING)),
)
NUMBERS = Coding(
    "set of numbers", "sets", "sets of numbers in any order", "", None, examples=((-2.0, 0.0, 1.5), (3.0, 0.5, 1.0))
)
POINTS = Coding(
    "set of points",
    "sets",
    "sets of points in any order",
    "",
    None,
    examples=(((0.0, 0.5), (1.5, -1.0)), ((3.0, 0.5), (1.0, 2.0))),
)
