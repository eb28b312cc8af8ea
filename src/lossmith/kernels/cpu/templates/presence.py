"""Whether a row counts, and what is written where it does not; it goes before the loop in a generated file."""

from typing import Any

from lossmith.kernels.cpu.templates.head import f, number, select, word

# ----------------------------------------------------------------------------------------------------------------------


@word
def weight_at(r: Any, label: Any, weight: Any, mask: Any, ignored: Any) -> Any:
    """The weight of row ``r``, 0 where it is masked or its label ignored; what is None is not asked."""
    w = f(1.0)
    if weight is not None:
        w = f(number(weight[r]))
    if mask is not None:
        w = select(mask[r], w, f(0.0))
    if ignored is not None:
        w = select(label != ignored, w, f(0.0))
    return w


@word
def write_nothing(r: Any, values: Any, gradient: Any, over: Any, x: Any) -> None:
    """Loss and slopes of a row that does not count: 0."""
    if values is not None:
        values[r] = f(0.0)
    if gradient is not None:
        gradient[r] = 0
    if over is not None:
        x[r] = 0
