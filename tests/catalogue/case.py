"""A case: the textbook definition of a loss, the parameters and points at which it is tried, and a published value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import lossmith as lm
from oracle import RowTextbook, Textbook

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Published:
    """A number that somebody else worked out.

    Args:
        source: who, where.
        loss: configured as there.
        prediction: as there; scores, unless ``options`` say otherwise.
        target: as there.
        value: the mean loss.
        options: of the call.
    """

    source: str
    loss: lm.Loss
    prediction: Any
    target: Any
    value: float
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Case:
    """What the tests know of one loss.

    Args:
        settings: the configured losses that are tried, the default first; odd parameters among them.
        textbook: the definition, typed by hand in mpmath and naive on purpose.
        published: at least one value that somebody else worked out.
        scores: hostile predictions of an element, in the place of the usual ones.
        targets: the targets at which an element is tried, in the place of the usual ones of its coding.
        near: more hostile predictions, from a target and the parameters.
        rows: hostile rows of predictions, in the place of the usual ones; for a Likelihood its predictions. A function
            of the configured loss where they depend on it.
        row_targets: from a configured loss, the rows of targets at which a row is tried, in the place of the usual ones
            of its coding.
        bound: the units that an error may have in float64 and in float32; wider ones need a reason beside them.
        beyond: more of them, so near a limit of the parameters that no measured trait would tell them from it.
        statistic: what the best constant prediction is for a sample, where ``traits.elicits`` is no common word;
            of rows the distribution, f(loss, rows).
    """

    settings: tuple[lm.Loss, ...]
    textbook: Textbook | RowTextbook
    published: tuple[Published, ...]
    scores: tuple[float, ...] | None = None
    targets: tuple[float, ...] | None = None
    near: Callable[..., Sequence[float]] = lambda t, **_: ()
    rows: Rows | Callable[[lm.Loss], Rows] | None = None
    row_targets: Callable[[lm.Loss], Rows] | None = None
    bound: tuple[float, float] = (4.0, 8.0)
    beyond: tuple[lm.Loss, ...] = ()
    statistic: Callable[..., Any] | None = None
