"""One element, one loss: its prediction, or its several predictions, and its target."""

from typing import Any

from lossmith.kernels.cpu.templates.head import (
    BLOCK,
    constants_of,
    destination,
    f,
    first_at,
    is_wrong,
    kernel,
    np,
    number,
    plus,
    select,
    value_at,
    wide_vectors,
    write_at,
)

# ----------------------------------------------------------------------------------------------------------------------


@kernel
def pointwise(
    x: Any,
    t: Any,
    weight: Any,
    mask: Any,
    ignored: Any,
    upstream: Any,
    values: Any,
    gradient: Any,
    over: Any,
    totals: Any,
    parameters: Any,
    scale: Any,
    first: Any,
    last: Any,
) -> None:
    """Blocks ``first`` to ``last``; what is None is not read or not written, and has no branch in the loop.

    Args:
        x: predictions, shape (n,), or (n, k) where an element has several.
        t: targets, shape (n,).
        weight: shape (n,).
        mask: shape (n,), True where an element counts.
        ignored: the target that means "no label here".
        upstream: the slope of the result by each element's loss, shape (n,).
        values: gets the weighted loss of each element.
        gradient: gets the slope by each prediction, times weight, upstream and scale.
        over: not None: the gradient is written over ``x``.
        totals: gets for each block the sum of the weighted losses, and a number above 0 where a value is wrong.
        parameters: the hyper-parameters.
        scale: of the gradient.
    """
    wide_vectors()
    constants = constants_of(parameters)
    factor = f(scale)
    may_be_absent = weight is not None or mask is not None or ignored is not None or upstream is not None
    for block in range(first, last):
        low = block * BLOCK
        high = min(low + BLOCK, t.size)
        predictions = x[low:high]
        targets = t[low:high]
        if weight is not None:
            weights = weight[low:high]
        if mask is not None:
            masks = mask[low:high]
        if upstream is not None:
            upstreams = upstream[low:high]
        if values is not None:
            losses = values[low:high]
        slopes = destination(gradient, x)[low:high]
        total = f(0.0)
        wrong = np.int32(0)
        for i in range(high - low):
            target = f(number(targets[i]))
            w = f(1.0)
            if weight is not None:
                w = f(number(weights[i]))
            if mask is not None:
                w = select(masks[i], w, f(0.0))
            if ignored is not None:
                w = select(targets[i] != ignored, w, f(0.0))
            is_bad = is_wrong(first_at(predictions, i), target)
            if gradient is None and over is None:
                v = value_at(predictions, i, target, constants)
            else:
                push = w * factor
                if upstream is not None:
                    push = push * f(number(upstreams[i]))
                v = write_at(predictions, i, target, constants, push, may_be_absent, slopes)
            if weight is not None or mask is not None or ignored is not None:
                is_present = w != f(0.0)
                v = select(is_present, v * w, f(0.0))
                is_bad = (is_bad | ~((w >= f(0.0)) & (w < f(np.inf)))) & is_present
            wrong = np.int32(wrong | np.int32(is_bad))
            if values is not None:
                losses[i] = v
            total = plus(total, v)
        totals[block, 0] = total
        totals[block, 1] = wrong
