"""What all programs over rows of scores share.

With m the largest score of a row and e = exp(x − m), ``others`` is the sum of e over all classes but the largest, so
that log p = (x − m) − log1p(others) and 1 − p of a nearly certain class keep their digits.
"""

import triton
import triton.language as tl
from triton.language.extra import libdevice

from lossmith.kernels.gpu.programs.words import times


@triton.jit
def weight_of(weight, mask, ignored, r, inside, y, REAL: tl.constexpr):
    """What each row counts, before the weight of its class."""
    zero = tl.zeros(r.shape, REAL)
    w = zero + 1
    if weight is not None:
        w = tl.load(weight + r, mask=inside, other=0).to(REAL)
    if mask is not None:
        w = tl.where(tl.load(mask + r, mask=inside, other=0), w, zero)
    if ignored is not None:
        w = tl.where(y == ignored, zero, w)
    return w


@triton.jit
def push_of(w, upstream, denominator, count, r, inside, UPSTREAM: tl.constexpr, REAL: tl.constexpr):
    """The slope of the result by each row's loss."""
    push = w
    if upstream is not None:
        if UPSTREAM == "each":
            push = push * tl.load(upstream + r, mask=inside, other=0).to(REAL)
        else:
            push = push * tl.load(upstream).to(REAL)
    if denominator is None:
        push = push / count
    else:
        push = push / tl.load(denominator).to(REAL)
    return push


@triton.jit
def counts_of(w, push, values, totals):
    """0 where a row counts for nothing in what is asked for: the gradient alone, or the losses too."""
    if values is None and totals is None:
        counts = push
    else:
        counts = w
    return counts


@triton.jit
def finite(m):
    """The nearest finite number: a row of infinite scores has differences from it that are no NaN."""
    largest: tl.constexpr = 1.7976931348623157e308 if m.dtype == tl.float64 else 3.4028234663852886e38
    return tl.minimum(tl.maximum(m, -largest), largest)


@triton.jit
def powers_of(scores, m):
    """e of each score, exactly 1 of the largest. Every instruction counts here: the hardware's own exponential."""
    distances = scores - finite(m)
    if scores.dtype == tl.float64:
        powers = tl.exp(distances)
    else:
        powers = libdevice.fast_expf(distances)
    # above 1 where both are infinite
    return tl.minimum(powers, tl.full((), 1.0, scores.dtype), propagate_nan=tl.PropagateNan.ALL)


@triton.jit
def sums_of(powers, axis: tl.constexpr):
    """The sum of e, and the same without those that are 1."""
    return tl.sum(powers, axis), tl.sum(tl.where(powers == 1, tl.full((), 0.0, powers.dtype), powers), axis)


@triton.jit
def others_of(total, rest):
    """The sum of e but for one that is largest, from both sums; NaN where all scores are −∞."""
    ties = tl.floor(total - rest + 0.5)
    return tl.where(total == 0, tl.full((), float("nan"), total.dtype), (ties - 1) + rest)


@triton.jit
def true_class(x_y, m, others):
    """(log p, 1 − p, logsumexp, p) of the class whose score is ``x_y``."""
    zero = tl.full((), 0.0, x_y.dtype)
    total = 1 + others
    log_total = libdevice.log1p(others)
    below = tl.where(x_y == m, zero, x_y - m)
    power = libdevice.exp(below)
    miss = tl.where(x_y == m, others, 1 + (others - power)) / total
    return below - log_total, miss, m + log_total, power / total


@triton.jit
def slopes_by_scores(by_log_p, by_miss, by_lse, miss, p, others, push):
    """By the score of the true class; and by every other, over its e. 0 of what counts for nothing above."""
    # d log p_y/dx_j = [j = y] − p_j, d(1 − p_y) = −p_y·d log p_y, d lse/dx_j = p_j
    by_log_p = by_log_p - times(p, by_miss)
    zero = tl.full((), 0.0, push.dtype)
    own = tl.where(push == 0, zero, push * (by_log_p * miss + times(p, by_lse)))
    return own, tl.where(push == 0, zero, push * (by_lse - by_log_p) / (1 + others))


@triton.jit
def slopes_of_others(each, powers):
    """``each`` times e. A class whose e is 0 has no share of an infinite slope, where 0·∞ is NaN."""
    none = tl.where(each == each, tl.full((), 0.0, powers.dtype), each)
    return tl.where(powers == 0, none, each * powers)
