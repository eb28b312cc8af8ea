"""Rows of scores with a distribution over the classes, or a label that is smoothed into one.

The formula is linear in log p: with q the weight of each class and Q their sum, the loss of a row is Q times that of
the one log-probability Σ q·log p / Q.
"""

import triton
import triton.language as tl
from triton.language.extra import libdevice

from lossmith.kernels.gpu.programs.row import (
    others_of,
    powers_of,
    push_of,
    slopes_of_others,
    sums_of,
    true_class,
    weight_of,
)
from lossmith.kernels.gpu.programs.words import times


@triton.jit
def targets_of(labels, t, smoothing, class_weight, y, places, j, there, classes: tl.constexpr, REAL: tl.constexpr):
    """What the target says of each class, and the class's weight q."""
    if labels is not None:
        target = (j == y).to(REAL)
    else:
        target = tl.load(t + places, mask=there, other=0).to(REAL)
    share = target
    if smoothing is not None:
        even = tl.load(smoothing).to(REAL)
        share = (1 - even) * target + even / classes
    if class_weight is not None:
        share = share * tl.load(class_weight + j, mask=j < classes, other=0)
    return target, tl.where(there, share, tl.full((), 0.0, REAL))


@triton.jit
def labels_of(labels, w, r, inside, classes: tl.constexpr, REAL: tl.constexpr):
    """The labels, and the weights: NaN where a label is no class."""
    y = tl.load(labels + r, mask=inside, other=0)
    is_class = (y >= 0) & (y < classes)
    return tl.where(is_class, y, 0), tl.where(is_class | (w == 0), w, tl.full((), float("nan"), REAL))


@triton.jit
def slopes_of_row(by_log_p, by_lse, q, share, other_shares, x_largest, m, others):
    """By the score of the class with the largest share; and by every other, over its e."""
    _, miss, _, p = true_class(x_largest, m, others)
    own = by_log_p * (share * miss - p * other_shares) + times(p, q * by_lse)
    return own, q * (by_lse - by_log_p) / (1 + others)


@triton.jit(do_not_specialize=["ignored", "count"])
def spread_out(
    x,
    labels,
    t,
    smoothing,
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
    """``ROWS`` whole rows in registers: each score and target is read once. What is not named here is as in labelled.

    Args:
        labels: int64, shape (rows,); or None, and then
        t: distributions, shape (rows, classes).
        smoothing: the share of each target that all classes have alike, a float64.
    """
    if UPSTREAM == "unless 1":
        if tl.load(upstream) == 1:
            return
    zero = tl.full((), 0.0, REAL)
    block = tl.program_id(0)
    r = block.to(tl.int64) * ROWS + tl.arange(0, ROWS)
    inside = r < rows
    y = tl.zeros((ROWS,), tl.int64)
    if ignored is not None:
        y = tl.load(labels + r, mask=inside, other=0)
    w = weight_of(weight, mask, ignored, r, inside, y, REAL)
    if labels is not None:
        y, w = labels_of(labels, w, r, inside, classes, REAL)
    j = tl.arange(0, BLOCK)[None, :]
    places = r[:, None] * classes + j
    there = inside[:, None] & (j < classes)
    read = tl.load(x + places, mask=there, other=float("-inf")).to(REAL)
    target, shares = targets_of(labels, t, smoothing, class_weight, y[:, None], places, j, there, classes, REAL)
    scores = read
    if priors is not None:
        log_prior = tl.load(priors + j, mask=j < classes, other=0)
        log_rarity = tl.load(priors + classes + j, mask=j < classes, other=0)
        scores = map_of(read, log_prior, log_rarity, target, map_constants)
        scores = tl.where(there, scores, tl.full((), float("-inf"), REAL))
    m = tl.max(scores, 1)
    top = m[:, None]
    powers = powers_of(scores, top)
    total, rest = sums_of(powers, 1)
    others = others_of(total, rest)
    is_largest = j == tl.argmax(shares, 1)[:, None]
    share = tl.sum(tl.where(is_largest, shares, zero), 1)
    other_shares = tl.sum(tl.where(is_largest, zero, shares), 1)
    distances = tl.where(scores == top, zero, scores - top)
    below = tl.sum(tl.where(shares == 0, zero, shares * distances), 1)
    q = share + other_shares
    log_total = libdevice.log1p(others)
    log_p, lse = tl.where(q == 0, zero, below / q) - log_total, m + log_total
    if gradient is None:
        v = value_of(log_p, tl.zeros_like(log_p), lse, constants)
    else:
        v, by_log_p, _, by_lse = slopes_of(log_p, tl.zeros_like(log_p), lse, constants)
        push = push_of(w, upstream, denominator, count, r, inside, UPSTREAM, REAL)[:, None]
        x_largest = tl.sum(tl.where(is_largest, scores, zero), 1)
        own, each = slopes_of_row(by_log_p, by_lse, q, share, other_shares, x_largest, m, others)
        by_others = by_log_p[:, None] * shares + slopes_of_others(each[:, None], powers)
        slopes = push * tl.where(is_largest, own[:, None], by_others)
        if priors is not None:
            slopes = slopes * map_slope_of(read, log_prior, log_rarity, target, map_constants)
        # what counts for nothing above has no slope, not even a NaN
        slopes = tl.where(push == 0, zero, slopes)
        tl.store(gradient + places, slopes.to(gradient.dtype.element_ty), mask=there)
    v = tl.where((w == 0) | (q == 0), zero, w * q * v)
    if values is not None:
        tl.store(values + r, v, mask=inside)
    if totals is not None:
        tl.store(totals + block, tl.sum(tl.where(inside, v, zero), 0))


@triton.jit(do_not_specialize=["ignored", "count"])
def spread_out_in_blocks(
    x,
    labels,
    t,
    smoothing,
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
        y = tl.full((), 0, tl.int64)
        if ignored is not None:
            y = tl.load(labels + r)
        w = tl.sum(weight_of(weight, mask, ignored, r + tl.arange(0, 1), tl.arange(0, 1) == 0, y, REAL), 0)
        if labels is not None:
            y, w = labels_of(labels, w, r, True, classes, REAL)
        m = lowest
        total = zero
        rest = zero
        below = zero
        share = zero
        other_shares = zero
        largest = tl.full((), -1, tl.int64)
        x_largest = zero
        for first in range(0, classes, BLOCK):
            k = tl.arange(0, BLOCK)
            j = first + k
            there = j < classes
            places = r * classes + j
            scores = tl.load(x + places, mask=there, other=float("-inf"), eviction_policy="evict_last").to(REAL)
            target, shares = targets_of(labels, t, smoothing, class_weight, y, places, j, there, classes, REAL)
            if priors is not None:
                log_prior = tl.load(priors + j, mask=there, other=0)
                log_rarity = tl.load(priors + classes + j, mask=there, other=0)
                scores = map_of(scores, log_prior, log_rarity, target, map_constants)
                scores = tl.where(there, scores, lowest)
            top = tl.maximum(m, tl.max(scores, 0))
            is_top = scores == top
            more, more_rest = sums_of(powers_of(scores, top), 0)
            # those that were largest so far are among the rest now, and all lie further below the top
            before = total * powers_of(m, top)
            rest = tl.where(top > m, before, rest) + more_rest
            total = before + more
            q = share + other_shares
            below = tl.where((top > m) & (q > 0), below + q * (m - top), below)
            distances = tl.where(is_top, zero, scores - top)
            below += tl.sum(tl.where(shares == 0, zero, shares * distances), 0)
            m = top
            found = tl.argmax(shares, 0)
            most = tl.max(shares, 0)
            is_larger = most > share
            other_shares += tl.sum(tl.where(k == found, zero, shares), 0) + tl.where(is_larger, share, most)
            x_largest = tl.where(is_larger, tl.sum(tl.where(k == found, scores, zero), 0), x_largest)
            largest = tl.where(is_larger, (first + found).to(tl.int64), largest)
            share = tl.where(is_larger, most, share)
        others = others_of(total, rest)
        q = share + other_shares
        log_total = libdevice.log1p(others)
        log_p = tl.where(q == 0, zero, below / q) - log_total
        lse = m + log_total
        if gradient is None:
            v = value_of(log_p, zero, lse, constants)
        else:
            v, by_log_p, _, by_lse = slopes_of(log_p, zero, lse, constants)
            push = push_of(w, upstream, denominator, count, r, True, UPSTREAM, REAL)
            own, each = slopes_of_row(by_log_p, by_lse, q, share, other_shares, x_largest, m, others)
            for first in range(0, classes, BLOCK):
                j = first + tl.arange(0, BLOCK)
                there = j < classes
                places = r * classes + j
                read = tl.load(x + places, mask=there, other=float("-inf"), eviction_policy="evict_first").to(REAL)
                target, shares = targets_of(labels, t, smoothing, class_weight, y, places, j, there, classes, REAL)
                scores = read
                if priors is not None:
                    log_prior = tl.load(priors + j, mask=there, other=0)
                    log_rarity = tl.load(priors + classes + j, mask=there, other=0)
                    scores = map_of(read, log_prior, log_rarity, target, map_constants)
                by_others = by_log_p * shares + slopes_of_others(each, powers_of(scores, m))
                slopes = push * tl.where(j == largest, own, by_others)
                if priors is not None:
                    slopes = slopes * map_slope_of(read, log_prior, log_rarity, target, map_constants)
                slopes = tl.where(push == 0, zero, slopes).to(gradient.dtype.element_ty)
                tl.store(gradient + places, slopes, mask=there, eviction_policy="evict_first")
        v = tl.where((w == 0) | (q == 0), zero, w * q * v)
        if values is not None:
            tl.store(values + r, v)
        whole += v.to(tl.float64)
    if totals is not None:
        tl.store(totals + tl.program_id(0), whole)
