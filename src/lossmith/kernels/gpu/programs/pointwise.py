"""One element, one loss: its prediction, or its several predictions, and its target."""

import triton
import triton.language as tl


@triton.jit(do_not_specialize=["ignored", "count"])
def pointwise(
    x,
    t,
    weight,
    mask,
    ignored,
    upstream,
    denominator,
    constants,
    values,
    gradient,
    totals,
    size,
    count,
    value_at: tl.constexpr,
    write_at: tl.constexpr,
    REAL: tl.constexpr,
    UPSTREAM: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """One block of elements.

    Args:
        x: predictions, shape (size,), or (size, k) where an element has several.
        t: targets, shape (size,).
        weight: shape (size,).
        mask: shape (size,), True where an element counts.
        ignored: the target that means "no label here".
        upstream: the slope of the result by each element's loss, shape (size,); or by the scalar.
        denominator: of the mean; None: it is ``count``.
        constants: of the formula.
        values: gets the weighted loss of each element.
        gradient: gets the slope by each prediction, times weight and upstream, over the denominator; may be ``x``.
        totals: gets the sum of the block's weighted losses.
        size: the number of elements.
        count: what the sum is divided by.
        value_at: (x, i, inside, target, constants) → the losses of the elements ``i``.
        write_at: the same and (push, gradient); it writes their slopes times ``push``.
        REAL: what is computed in.
        UPSTREAM: "each", "scalar", or "unless 1": there is nothing to do where the scalar is 1.
        BLOCK: elements.
    """
    if UPSTREAM == "unless 1":
        if tl.load(upstream) == 1:
            return
    block = tl.program_id(0)
    i = block.to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = i < size
    target = tl.load(t + i, mask=inside, other=0).to(REAL)
    zero = tl.full((BLOCK,), 0.0, REAL)
    w = zero + 1
    if weight is not None:
        w = tl.load(weight + i, mask=inside, other=0).to(REAL)
    if mask is not None:
        w = tl.where(tl.load(mask + i, mask=inside, other=0), w, zero)
    if ignored is not None:
        w = tl.where(target == ignored, zero, w)
    if gradient is None:
        v = value_at(x, i, inside, target, constants)
    else:
        push = w
        if upstream is not None:
            if UPSTREAM == "each":
                push = push * tl.load(upstream + i, mask=inside, other=0).to(REAL)
            else:
                push = push * tl.load(upstream).to(REAL)
        if denominator is None:
            push = push / count
        else:
            push = push / tl.load(denominator).to(REAL)
        v = write_at(x, i, inside, target, constants, push, gradient)
    v = tl.where(w == 0, zero, v * w)
    if values is not None:
        tl.store(values + i, v, mask=inside)
    if totals is not None:
        tl.store(totals + block, tl.sum(tl.where(inside, v, zero), 0))
