"""What was measured in sentences, and what was chosen in code."""

from __future__ import annotations

from collections.abc import Iterator

from lossmith.choosing.amounts import tails
from lossmith.choosing.facts import Facts
from lossmith.choosing.prose import amount, configured, literal, number, percent
from lossmith.choosing.recommendation import Recommendation
from lossmith.families import Residual
from lossmith.targets import COUNT

_SKEWED = 0.5


def sentences(facts: Facts) -> list[str]:
    """What was measured, the rows first."""
    found = [_rows(facts), _target(facts), _baseline(facts), _residuals(facts), _counts(facts), _classes(facts)]
    return [sentence for sentence in found if sentence]


def figures(facts: Facts) -> list[tuple[str, str]]:
    """What was measured, as names and numbers: those that apply."""
    return [(name, text) for name, text in _figures(facts) if text]


def code(facts: Facts, first: Recommendation) -> str:
    """The first choice as it is used, with the coding of its target."""
    arguments = configured(first.loss)
    if first.class_weight is not None:
        weights = ", ".join(literal(weight) for weight in first.class_weight)
        arguments += f", class_weight=[{weights}]"
    lines = ["import lossmith as lm", "", f"criterion = lm.Criterion(lm.{arguments})"]
    return "\n".join([*lines, *_coding(facts, first)])


def _coding(facts: Facts, first: Recommendation) -> list[str]:
    if isinstance(first.loss, Residual) and facts.mean is not None and facts.std is not None:
        return [
            f"centre, scale = {literal(facts.mean)}, {literal(facts.std)}  # of {facts.task.target}",
            "loss = criterion(network(features), (target - centre) / scale)",
            "# prediction: centre + scale * network(features)",
        ]
    lines = [*_numbering(facts), "loss = criterion(network(features), target)"]
    if first.loss.traits.target == COUNT:
        lines.append("# prediction: network(features).exp()")
    return lines


def _numbering(facts: Facts) -> list[str]:
    """How labels that are not numbered from 0 are written down."""
    labels = facts.task.labels
    if facts.task.group not in ("binary", "classes") or labels == tuple(str(place) for place in range(len(labels))):
        return []
    if facts.task.kind in ("margin", "one_hot"):  # read as they are
        return []
    some = ", ".join(f"{place} for {label!r}" for place, label in enumerate(labels[:3]))
    return [f"# target: {some}{' …' if len(labels) > 3 else ''}"]


def _rows(facts: Facts) -> str:
    if facts.rows_used == facts.rows - facts.missing_targets:
        return f"Measured on {facts.rows_used:,} rows."
    return f"Measured on {facts.rows_used:,} of {facts.rows:,} rows, drawn evenly."


def _target(facts: Facts) -> str:
    if facts.mean is None or facts.median is None or facts.std is None or facts.skewness is None:
        return ""
    unit = facts.task.unit
    skew = f"; skewness {number(facts.skewness, 2)}" if abs(facts.skewness) > _SKEWED else ""
    return (
        f"{facts.task.target} has mean {number(facts.mean)}, median {number(facts.median)} and standard deviation "
        f"{amount(facts.std, unit)}{skew}."
    )


def _baseline(facts: Facts) -> str:
    if facts.explained is None:
        return ""
    return f"The baseline, {facts.baseline}, makes errors {percent(facts.explained)} smaller than the median alone."


def _residuals(facts: Facts) -> str:
    if facts.residual_scale is None or facts.task.kind == "count":
        return ""
    scale = amount(facts.residual_scale, facts.task.unit)
    return f"Its errors {tails(facts)}; their robust standard deviation is {scale}."


def _counts(facts: Facts) -> str:
    if facts.dispersion is None or facts.zeros is None:
        return ""
    return f"{percent(facts.zeros)} of the rows are 0; the variance is {number(facts.dispersion, 2)} times the mean."


def _classes(facts: Facts) -> str:
    if facts.class_counts is None or facts.imbalance is None or facts.labels_per_row is not None:
        return ""
    large = max(facts.class_counts, key=facts.class_counts.__getitem__)
    small = min(facts.class_counts, key=facts.class_counts.__getitem__)
    return (
        f"{facts.classes} classes, from {facts.class_counts[small]:,} rows ({small!r}) to "
        f"{facts.class_counts[large]:,} ({large!r}): {number(facts.imbalance)} to 1."
    )


def _figures(facts: Facts) -> Iterator[tuple[str, str]]:
    used = "" if facts.rows_used == facts.rows else f", {facts.rows_used:,} used"
    missing = f", {facts.missing_targets:,} without a target" if facts.missing_targets else ""
    yield "rows", f"{facts.rows:,}{used}{missing}"
    yield "task", facts.task.kind
    yield from _target_figures(facts)
    yield from _residual_figures(facts)
    yield from _class_figures(facts)


def _target_figures(facts: Facts) -> Iterator[tuple[str, str]]:
    unit = facts.task.unit
    if facts.mean is not None and facts.median is not None and facts.std is not None:
        yield "mean, median", f"{number(facts.mean)}, {amount(facts.median, unit)}"
        yield "standard deviation", amount(facts.std, unit)
    yield from _numbers({"skewness": facts.skewness, "variance / mean": facts.dispersion})
    if facts.zeros:
        expected = "" if facts.zeros_expected is None else f", by Poisson {percent(facts.zeros_expected)}"
        yield "zeros", f"{percent(facts.zeros)}{expected}"


def _residual_figures(facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.explained is None or facts.residual_scale is None or facts.gross is None:
        return
    yield "baseline", f"{facts.baseline}: errors {percent(facts.explained)} smaller than the median's"
    yield "its errors: scale", f"{amount(facts.residual_scale, facts.task.unit)} (median absolute deviation / 0.6745)"
    yield from _numbers(
        {
            "    Hogg's tails": facts.hogg,
            "    Moors' kurtosis": facts.moors,
            "    Hinkley's skewness": facts.residual_skewness,
            "    dispersion": facts.residual_dispersion,
        }
    )
    yield "    beyond 5 × scale", percent(facts.gross)


def _class_figures(facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.classes is not None:
        yield "labels" if facts.labels_per_row is not None else "classes", str(facts.classes)
    yield from _numbers({"imbalance": facts.imbalance, "labels a row": facts.labels_per_row})
    if facts.entropy is not None and facts.entropy_share is not None:
        yield "entropy", f"{number(facts.entropy)} nats, {percent(facts.entropy_share)} of the largest"


def _numbers(named: dict[str, float | None]) -> Iterator[tuple[str, str]]:
    for name, value in named.items():
        if value is not None:
            yield name, number(value, 2)
