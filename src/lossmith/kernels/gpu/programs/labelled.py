"""Rows of scores with class indices: the formula sees the true class alone."""

import triton
import triton.language as tl

from lossmith.kernels.gpu.programs.row import (
    counts_of,
    others_of,
    powers_of,
    push_of,
    slopes_by_scores,
    slopes_of_others,
    sums_of,
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
    push = push_of(w, upstream, denominator, count, r, inside, UPSTREAM, REAL)
    # a row that counts for nothing is not read, so nothing in it matters
    reads = inside & (counts_of(w, push, values, totals) != 0)
    j = tl.arange(0, BLOCK)[None, :]
    places = r[:, None] * classes + j
    there = j < classes
    scores = tl.load(x + places, mask=reads[:, None] & there, other=float("-inf")).to(REAL)
    x_y = tl.load(x + r * classes + y, mask=reads, other=0).to(REAL)
    if priors is not None:
        is_true = (j == y[:, None]).to(REAL)
        log_prior = tl.load(priors + j, mask=there, other=0)
        log_rarity = tl.load(priors + classes + j, mask=there, other=0)
        bends = map_slope_of(scores, log_prior, log_rarity, is_true, map_constants)
        scores = map_of(scores, log_prior, log_rarity, is_true, map_constants)
        scores = tl.where(reads[:, None] & there, scores, tl.full((), float("-inf"), REAL))
        one = tl.full((ROWS,), 1.0, REAL)
        prior, rarity = tl.load(priors + y), tl.load(priors + classes + y)
        bend = map_slope_of(x_y, prior, rarity, one, map_constants)
        x_y = map_of(x_y, prior, rarity, one, map_constants)
    m = tl.max(scores, 1)
    powers = powers_of(scores, m[:, None])
    total, rest = sums_of(powers, 1)
    others = others_of(total, rest)
    log_p, miss, lse, p = true_class(x_y, m, others)
    zero = tl.full((), 0.0, REAL)
    if gradient is None:
        v = value_of(log_p, miss, lse, constants)
    else:
        v, by_log_p, by_miss, by_lse = slopes_of(log_p, miss, lse, constants)
        own, each = slopes_by_scores(by_log_p, by_miss, by_lse, miss, p, others, push)
        slopes = slopes_of_others(each[:, None], powers)
        if priors is not None:
            slopes = tl.where(push[:, None] == 0, zero, slopes * bends)
            own = tl.where(push == 0, zero, own * bend)
        tl.store(gradient + places, slopes.to(gradient.dtype.element_ty), mask=inside[:, None] & there)
        # after all threads: one of them wrote there as if it were another class
        tl.debug_barrier()
        tl.store(gradient + r * classes + y, own.to(gradient.dtype.element_ty), mask=inside)
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
    whole = tl.full((), 0.0, tl.float64)
    for number in range(tl.program_id(0), rows, tl.num_programs(0)):
        r = tl.full((), 0, tl.int64) + number
        y = tl.load(labels + r)
        w = tl.sum(weight_of(weight, mask, ignored, r + tl.arange(0, 1), tl.arange(0, 1) == 0, y, REAL), 0)
        is_class = (y >= 0) & (y < classes)
        w = tl.where(is_class | (w == 0), w, tl.full((), float("nan"), REAL))
        y = tl.where(is_class, y, 0)
        if class_weight is not None:
            w = w * tl.load(class_weight + y)
        push = push_of(w, upstream, denominator, count, r, True, UPSTREAM, REAL)
        # a row that counts for nothing is not read, so nothing in it matters
        is_read = counts_of(w, push, values, totals) != 0
        read = tl.where(is_read, classes, 0)
        x_y = tl.load(x + r * classes + y, mask=is_read, other=0).to(REAL)
        if priors is not None:
            one = tl.full((), 1.0, REAL)
            prior, rarity = tl.load(priors + y), tl.load(priors + classes + y)
            bend = map_slope_of(x_y, prior, rarity, one, map_constants)
            x_y = map_of(x_y, prior, rarity, one, map_constants)
        m = lowest
        total = zero
        rest = zero
        for first in range(0, read, BLOCK):
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
            more, more_rest = sums_of(powers_of(scores, top), 0)
            # those that were largest so far are among the rest now
            before = total * powers_of(m, top)
            rest = tl.where(top > m, before, rest) + more_rest
            total = before + more
            m = top
        others = others_of(total, rest)
        log_p, miss, lse, p = true_class(x_y, m, others)
        if gradient is None:
            v = value_of(log_p, miss, lse, constants)
        else:
            v, by_log_p, by_miss, by_lse = slopes_of(log_p, miss, lse, constants)
            own, each = slopes_by_scores(by_log_p, by_miss, by_lse, miss, p, others, push)
            for first in range(0, classes, BLOCK):
                j = first + tl.arange(0, BLOCK)
                places = r * classes + j
                there = j < read
                scores = tl.load(x + places, mask=there, other=0, eviction_policy="evict_first").to(REAL)
                if priors is None:
                    slopes = slopes_of_others(each, powers_of(scores, m))
                else:
                    is_true = (j == y).to(REAL)
                    log_prior = tl.load(priors + j, mask=there, other=0)
                    log_rarity = tl.load(priors + classes + j, mask=there, other=0)
                    bends = map_slope_of(scores, log_prior, log_rarity, is_true, map_constants)
                    scores = map_of(scores, log_prior, log_rarity, is_true, map_constants)
                    slopes = tl.where(push == 0, zero, slopes_of_others(each, powers_of(scores, m)) * bends)
                slopes = slopes.to(gradient.dtype.element_ty)
                tl.store(gradient + places, slopes, mask=j < classes, eviction_policy="evict_first")
            if priors is not None:
                own = tl.where(push == 0, zero, own * bend)
            # after all threads: one of them wrote there as if it were another class
            tl.debug_barrier()
            tl.store(gradient + r * classes + y, own.to(gradient.dtype.element_ty))
        v = tl.where(w == 0, zero, w * v)
        if values is not None:
            tl.store(values + r, v)
        whole += v.to(tl.float64)
    if totals is not None:
        tl.store(totals + tl.program_id(0), whole)
