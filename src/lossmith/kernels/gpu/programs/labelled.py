"""Rows of scores with class indices: the formula sees the true class alone."""

import triton
import triton.language as tl

from lossmith.kernels.gpu.programs.row import (
    others_of,
    powers_of,
    push_of,
    slopes_by_scores,
    true_class,
    weight_of,
)


@triton.jit(do_not_specialize=["ignored", "count"])
def labelled(
    x,
    labels,
    weight,
    mask,
    ignored,
    class_weight,
    priors,
    upstream,
    denominator,
    constants,
    map_constants,
    values,
    gradient,
    totals,
    rows,
    count,
    value_of: tl.constexpr,
    slopes_of: tl.constexpr,
    map_of: tl.constexpr,
    map_slope_of: tl.constexpr,
    classes: tl.constexpr,
    REAL: tl.constexpr,
    UPSTREAM: tl.constexpr,
    ROWS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """``ROWS`` whole rows in registers: each score is read once.

    Args:
        x: scores, shape (rows, classes).
        labels: int64, shape (rows,). The loss of one that is no class is NaN.
        weight: shape (rows,).
        mask: shape (rows,), True where a row counts.
        ignored: the label that means "no label here".
        class_weight: shape (classes,).
        priors: not None: the scores are mapped; log-priors and log-rarities, shape (2, classes).
        upstream: the slope of the result by each row's loss, shape (rows,); or by the scalar.
        denominator: of the mean; None: it is ``count``.
        constants: of the formula.
        map_constants: of the map.
        values: gets the weighted loss of each row.
        gradient: gets the slope by each score, times weight and upstream, over the denominator; may be ``x``.
        totals: gets the sum of the weighted losses of these rows.
        rows: how many there are.
        count: what the sum is divided by.
        value_of: (log p, 1 − p, logsumexp, constants) → the loss.
        slopes_of: the same → the loss and its three slopes.
        map_of: (score, log-prior, log-rarity, 1 of the true class and else 0, constants) → the score of the softmax.
        map_slope_of: the same → its slope by the score.
        classes: how many there are.
        REAL: what is computed in.
        UPSTREAM: "each", "scalar", or "unless 1": there is nothing to do where the scalar is 1.
        ROWS: a power of 2.
        BLOCK: a power of 2, at least ``classes``.
    """
    if UPSTREAM == "unless 1":
        if tl.load(upstream) == 1:
            return
    block = tl.program_id(0)
    r = block.to(tl.int64) * ROWS + tl.arange(0, ROWS)
    inside = r < rows
    y = tl.load(labels + r, mask=inside, other=0)
    w = weight_of(weight, mask, ignored, r, inside, y, REAL)
    is_class = (y >= 0) & (y < classes)
    w = tl.where(is_class | (w == 0), w, tl.full((), float("nan"), REAL))
    y = tl.where(is_class, y, 0)
    if class_weight is not None:
        w = w * tl.load(class_weight + y)
    j = tl.arange(0, BLOCK)[None, :]
    places = r[:, None] * classes + j
    there = inside[:, None] & (j < classes)
    read = tl.load(x + places, mask=there, other=float("-inf")).to(REAL)
    x_y = tl.load(x + r * classes + y, mask=inside, other=0).to(REAL)
    scores = read
    if priors is not None:
        is_true = (j == y[:, None]).to(REAL)
        log_prior = tl.load(priors + j, mask=j < classes, other=0)
        log_rarity = tl.load(priors + classes + j, mask=j < classes, other=0)
        scores = map_of(read, log_prior, log_rarity, is_true, map_constants)
        scores = tl.where(there, scores, tl.full((), float("-inf"), REAL))
        one = tl.full((ROWS,), 1.0, REAL)
        x_y = map_of(x_y, tl.load(priors + y), tl.load(priors + classes + y), one, map_constants)
    m = tl.max(scores, 1)
    powers = powers_of(scores, m[:, None])
    others = others_of(scores, powers, m)
    log_p, miss, lse, p = true_class(x_y, m, others)
    zero = tl.full((), 0.0, REAL)
    if gradient is None:
        v = value_of(log_p, miss, lse, constants)
    else:
        v, by_log_p, by_miss, by_lse = slopes_of(log_p, miss, lse, constants)
        push = push_of(w, upstream, denominator, count, r, inside, UPSTREAM, REAL)
        own, each = slopes_by_scores(by_log_p, by_miss, by_lse, miss, p, others, push)
        slopes = tl.where(j == y[:, None], own[:, None], each[:, None] * powers)
        if priors is not None:
            slopes = slopes * map_slope_of(read, log_prior, log_rarity, is_true, map_constants)
        # what counts for nothing above has no slope, not even a NaN
        slopes = tl.where(push[:, None] == 0, zero, slopes)
        tl.store(gradient + places, slopes.to(gradient.dtype.element_ty), mask=there)
    v = tl.where(w == 0, zero, w * v)
    if values is not None:
        tl.store(values + r, v, mask=inside)
    if totals is not None:
        tl.store(totals + block, tl.sum(tl.where(inside, v, zero), 0))


@triton.jit(do_not_specialize=["ignored", "count"])
def labelled_in_blocks(
    x,
    labels,
    weight,
    mask,
    ignored,
    class_weight,
    priors,
    upstream,
    denominator,
    constants,
    map_constants,
    values,
    gradient,
    totals,
    rows,
    count,
    value_of: tl.constexpr,
    slopes_of: tl.constexpr,
    map_of: tl.constexpr,
    map_slope_of: tl.constexpr,
    classes: tl.constexpr,
    REAL: tl.constexpr,
    UPSTREAM: tl.constexpr,
    ROWS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Every row of a program's share by itself, in blocks of classes: the second read is meant to find them in L2."""
    if UPSTREAM == "unless 1":
        if tl.load(upstream) == 1:
            return
    zero = tl.full((), 0.0, REAL)
    lowest = tl.full((), float("-inf"), REAL)
    total = tl.full((), 0.0, tl.float64)
    for number in range(tl.program_id(0), rows, tl.num_programs(0)):
        r = tl.full((), 0, tl.int64) + number
        y = tl.load(labels + r)
        w = tl.sum(weight_of(weight, mask, ignored, r + tl.arange(0, 1), tl.arange(0, 1) == 0, y, REAL), 0)
        is_class = (y >= 0) & (y < classes)
        w = tl.where(is_class | (w == 0), w, tl.full((), float("nan"), REAL))
        y = tl.where(is_class, y, 0)
        if class_weight is not None:
            w = w * tl.load(class_weight + y)
        x_y = tl.load(x + r * classes + y).to(REAL)
        if priors is not None:
            one = tl.full((), 1.0, REAL)
            x_y = map_of(x_y, tl.load(priors + y), tl.load(priors + classes + y), one, map_constants)
        m = lowest
        ties = zero
        rest = zero
        for first in range(0, classes, BLOCK):
            j = first + tl.arange(0, BLOCK)
            there = j < classes
            scores = tl.load(x + r * classes + j, mask=there, other=float("-inf"), eviction_policy="evict_last").to(
                REAL
            )
            if priors is not None:
                log_prior = tl.load(priors + j, mask=there, other=0)
                log_rarity = tl.load(priors + classes + j, mask=there, other=0)
                scores = map_of(scores, log_prior, log_rarity, (j == y).to(REAL), map_constants)
                scores = tl.where(there, scores, lowest)
            top = tl.maximum(m, tl.max(scores, 0))
            is_top = scores == top
            # those that were largest so far are among the rest now
            rest = tl.where(top > m, (rest + ties) * tl.exp(m - top), rest)
            ties = tl.where(top > m, zero, ties) + tl.sum(is_top.to(REAL), 0)
            rest += tl.sum(tl.where(is_top, zero, tl.exp(scores - top)), 0)
            m = top
        others = tl.where(m > lowest, (ties - 1) + rest, tl.full((), float("nan"), REAL))
        log_p, miss, lse, p = true_class(x_y, m, others)
        if gradient is None:
            v = value_of(log_p, miss, lse, constants)
        else:
            v, by_log_p, by_miss, by_lse = slopes_of(log_p, miss, lse, constants)
            push = push_of(w, upstream, denominator, count, r, True, UPSTREAM, REAL)
            own, each = slopes_by_scores(by_log_p, by_miss, by_lse, miss, p, others, push)
            for first in range(0, classes, BLOCK):
                j = first + tl.arange(0, BLOCK)
                there = j < classes
                places = r * classes + j
                read = tl.load(x + places, mask=there, other=float("-inf"), eviction_policy="evict_first").to(REAL)
                if priors is None:
                    slopes = tl.where(j == y, own, each * powers_of(read, m))
                else:
                    is_true = (j == y).to(REAL)
                    log_prior = tl.load(priors + j, mask=there, other=0)
                    log_rarity = tl.load(priors + classes + j, mask=there, other=0)
                    scores = map_of(read, log_prior, log_rarity, is_true, map_constants)
                    slopes = tl.where(j == y, own, each * powers_of(scores, m))
                    slopes = slopes * map_slope_of(read, log_prior, log_rarity, is_true, map_constants)
                slopes = tl.where(push == 0, zero, slopes).to(gradient.dtype.element_ty)
                tl.store(gradient + places, slopes, mask=there, eviction_policy="evict_first")
        v = tl.where(w == 0, zero, w * v)
        if values is not None:
            tl.store(values + r, v)
        total += v.to(tl.float64)
    if totals is not None:
        tl.store(totals + tl.program_id(0), total)
