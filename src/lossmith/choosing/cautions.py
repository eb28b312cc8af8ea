"""What to know before the advice is followed: one function a caution."""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.choosing.facts import Facts
from lossmith.choosing.prose import amount, number, percent
from lossmith.choosing.recommendation import Recommendation
from lossmith.choosing.rules import IMBALANCED
from lossmith.losses.regression import MAE, Huber
from lossmith.wording import listed

_FEW_IN_A_CLASS = 10
_MOST_LABELS = 20  # different whole numbers that might be labels
_CAPPED = 0.01  # share of rows that have the very largest or smallest value
_MANY_ZEROS = 0.05
_EXPLAINS_NOTHING = 0.05
_EXPLAINS_ALL = 0.99


def cautions(facts: Facts, ranking: Sequence[Recommendation], *, kind_was_found: bool) -> tuple[str, ...]:
    """All that apply."""
    found = [
        _missing(facts),
        _ambiguous(facts) if kind_was_found else "",
        _off_the_mean(facts, ranking),
        _unexplained(facts),
        _all_explained(facts),
        _capped(facts),
        _zeros(facts),
        _weights_shift(facts),
        _small_classes(facts),
    ]
    return tuple(filter(None, found))


def _missing(facts: Facts) -> str:
    if not facts.missing_targets:
        return ""
    share = percent(facts.missing_targets / facts.rows)
    return f"{facts.missing_targets:,} of {facts.rows:,} rows ({share}) have no target and were left out."


def _ambiguous(facts: Facts) -> str:
    """Whole numbers may count something or name something."""
    task = facts.task
    if task.kind == "classes" and all(map(_is_whole, task.labels)):
        return (
            f"The whole numbers of {task.target} were read as labels. If they count something write task='count'; if "
            "they are grades or amounts, task='real'."
        )
    if task.kind == "count" and facts.distinct is not None and facts.distinct <= _MOST_LABELS:
        return (
            f"The whole numbers of {task.target} ({facts.distinct} different ones) were read as a count. If these "
            "numbers are labels write task='classes'."
        )
    return ""


def _is_whole(label: str) -> bool:
    return label.removeprefix("-").removesuffix(".0").isdecimal()


def _off_the_mean(facts: Facts, ranking: Sequence[Recommendation]) -> str:
    """A skewed target and a first choice that does not estimate its mean."""
    first = ranking[0]
    if not isinstance(first.loss, MAE | Huber) or first.off_mean is None:
        return ""
    name = type(first.loss).__name__
    assert facts.std is not None
    return (
        f"{facts.task.target} is skewed where the features do not explain it: {name} predicts {first.estimates}, "
        f"{amount(abs(first.off_mean), facts.task.unit)} {'below' if first.off_mean < 0 else 'above'} the mean. Where "
        "sums, totals or averages matter take MSE."
    )


def _unexplained(facts: Facts) -> str:
    if facts.explained is None or facts.explained >= _EXPLAINS_NOTHING or facts.task.kind == "count":
        return ""
    return (
        f"The features explain next to nothing of {facts.task.target} to a cheap model, so what was measured is the "
        "target itself."
    )


def _all_explained(facts: Facts) -> str:
    if facts.explained is None or facts.explained < _EXPLAINS_ALL:
        return ""
    return (
        f"The features explain nearly all of {facts.task.target} ({percent(facts.explained)}): make sure that none of "
        "them is the target in other words. The shape of what is left may be the cheap model's own."
    )


def _capped(facts: Facts) -> str:
    share, value = facts.most_common_share, facts.most_common
    if facts.task.group != "regression" or share is None or share < _CAPPED or facts.distinct is None:
        return ""
    if value == 0 or value not in (facts.minimum, facts.maximum) or share * facts.distinct < 5:
        return ""
    assert isinstance(value, float)
    end = "largest" if value == facts.maximum else "smallest"
    return (
        f"{percent(share)} of the rows have the {end} value, {number(value, 6)}: {facts.task.target} looks capped "
        "there. No loss can learn what lies beyond."
    )


def _zeros(facts: Facts) -> str:
    if facts.task.kind == "count" and facts.zeros is not None and facts.zeros_expected is not None:
        if facts.zeros - facts.zeros_expected < _MANY_ZEROS:
            return ""
        return (
            f"{percent(facts.zeros)} of the rows are 0, where Poisson distributions with the predicted means would "
            f"have {percent(facts.zeros_expected)}. The mean stays right; zeros and amounts apart may tell more."
        )
    if facts.task.kind == "real" and facts.zeros is not None and facts.zeros >= _MANY_ZEROS and facts.minimum == 0:
        return (
            f"{percent(facts.zeros)} of the rows are exactly 0 and the others above it: MAE and Huber are drawn to "
            "these zeros. Two models, of whether and how much, may tell more."
        )
    return ""


def _weights_shift(facts: Facts) -> str:
    if facts.imbalance is None or facts.imbalance < IMBALANCED or facts.task.kind in ("margin", "multi_label"):
        return ""
    return (
        "Imbalance alone needs no weights: cross-entropy estimates the right probabilities. Weigh the classes, or move "
        "the threshold, where a miss costs more than a false alarm; then the probabilities are no longer the data's."
    )


def _small_classes(facts: Facts) -> str:
    if facts.class_counts is None:
        return ""
    small = [label for label, count in facts.class_counts.items() if count < _FEW_IN_A_CLASS]
    if not small:
        return ""
    some = listed([repr(label) for label in small[:5]]) + (" …" if len(small) > 5 else "")
    return f"{len(small)} of {facts.classes} classes have fewer than {_FEW_IN_A_CLASS} rows: {some}."
