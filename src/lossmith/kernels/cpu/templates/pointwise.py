"""One element, one loss: its prediction, or its several predictions, and its target."""

from typing import Any

from lossmith.kernels.cpu.templates.head import (
    BLOCK,
    array_at,
    constants_of,
    destination,
    f,
    first_at,
    is_wrong,
    kernel,
    np,
    number,
    part_of,
    plus,
    run_on_team,
    select,
    value_at,
    vector_loops,
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
    vector_loops()
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
        slopes = destination(part_of(gradient, low, high), predictions)
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


@kernel
def plain(
    parallel: Any,
    threads: Any,
    ranges: Any,
    x_like: Any,
    x: Any,
    t_like: Any,
    t: Any,
    gradient: Any,
    size: Any,
    parameters: Any,
    scale: Any,
) -> tuple[Any, Any]:
    """The loop over contiguous arrays that are given by their addresses.

    Args:
        parallel: for more than one thread, what runs a function on several.
        threads: how many.
        ranges: in how many parts they take the blocks.
        x_like: an array of the predictions' dtype.
        x: their address.
        t_like: an array of the targets' dtype.
        t: their address.
        gradient: the address of what gets the slopes, of the predictions' dtype; or None.
        size: how many elements there are.
        parameters: the hyper-parameters.
        scale: of the gradient.

    Returns:
        The sum of the losses, and a number above 0 where a value is wrong.
    """
    blocks = -(-size // BLOCK)
    totals = np.empty((blocks, 2))
    predictions = array_at(x, size, x_like)
    targets = array_at(t, size, t_like)
    slopes = array_at(gradient, size, x_like)
    arguments = (predictions, targets, None, None, None, None, None, slopes, None, totals, parameters, scale)
    if threads > 1:
        run_on_team(pointwise, parallel, threads, ranges, blocks, arguments)
    else:
        pointwise(*arguments, 0, blocks)
    total: Any = 0.0
    wrong: Any = 0.0
    for block in range(blocks):
        total += totals[block, 0]
        wrong += totals[block, 1]
    return total, wrong
