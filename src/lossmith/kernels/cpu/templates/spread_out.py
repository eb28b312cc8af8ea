"""Rows of scores with a distribution over the classes, or a label that is smoothed into one.

The formula is linear in log p: with q the weight of each class and Q their sum, the loss of a row is Q times that of
the one log-probability Σ q·log p / Q.
"""

from typing import Any

from lossmith.kernels.cpu.templates.head import (
    constants_of,
    destination,
    end_of_stream,
    f,
    fetch,
    is_wrong,
    kernel,
    map_constants_of,
    map_slope_of,
    np,
    number,
    plus,
    row_of,
    select,
    slopes_of,
    stored_as,
    stream,
    value_of,
    vector_loops,
    word,
)
from lossmith.kernels.cpu.templates.presence import weight_at, write_nothing
from lossmith.kernels.cpu.templates.softmax import factor_of, mapped, softmax

# ----------------------------------------------------------------------------------------------------------------------


@word
def shares_of(y: Any, t: Any, smoothing: Any, class_weight: Any, shares: Any) -> Any:
    """Writes q; gives the class of the largest share, the sum of the others', and the sum of the target itself."""
    vector_loops()
    classes = shares.size
    even = smoothing / f(classes)
    whole = f(0.0)
    for j in range(classes):
        target = select(j == y, f(1.0), f(0.0))
        if t is not None:
            target = f(number(t[j]))
        whole = plus(whole, target)
        share = (f(1.0) - smoothing) * target + even
        if class_weight is not None:
            share = share * class_weight[j]
        shares[j] = share
    largest = y
    if t is not None:
        largest = 0
        for j in range(classes):
            largest = j if shares[j] > shares[largest] else largest
    others = f(0.0)
    for j in range(classes):
        others = plus(others, select(j == largest, f(0.0), shares[j]))
    return largest, others, whole


@kernel
def spread_out(
    x: Any,
    labels: Any,
    t: Any,
    sum_miss: Any,
    smoothing: Any,
    weight: Any,
    mask: Any,
    ignored: Any,
    class_weight: Any,
    priors: Any,
    streams: Any,
    upstream: Any,
    values: Any,
    gradient: Any,
    over: Any,
    totals: Any,
    parameters: Any,
    map_parameters: Any,
    scale: Any,
    rows: Any,
    first: Any,
    last: Any,
) -> None:
    """Blocks ``first`` to ``last`` of ``rows`` rows each; what is None is not read or not written.

    Args:
        x: scores, shape (n, C).
        labels: class indices, shape (n,); or None, and then
        t: distributions, shape (n, C).
        sum_miss: how far from 1 the sum of a distribution may be.
        smoothing: the share of each target that all classes have alike.
        weight: shape (n,).
        mask: shape (n,), True where a row counts.
        ignored: the label that means "no label here".
        class_weight: shape (C,).
        priors: not None: the scores are mapped; log-priors and log-rarities, shape (2, C).
        streams: not None: the gradient is written past the caches.
        upstream: the slope of the result by each row's loss, shape (n,).
        values: gets the weighted loss of each row.
        gradient: gets the slope by each score, times weight, upstream and scale.
        over: not None: the gradient is written over ``x``.
        totals: gets for each block the sum of the weighted losses, and 1 where a value is wrong.
        parameters: the hyper-parameters of the formula.
        map_parameters: those of the map.
        scale: of the gradient.
        rows: of a block.
        first: block.
        last: block, left out.
    """
    vector_loops()
    constants = constants_of(parameters)
    map_constants = map_constants_of(map_parameters)
    classes = x.shape[1]
    powers = np.empty(classes, f)
    scores = np.empty(classes, f)
    shares = np.empty(classes, f)
    if streams is not None and gradient is not None:
        stage = np.empty(classes, gradient.dtype)
    for block in range(first, last):
        total: Any = 0.0
        wrong = 0.0
        for r in range(block * rows, min((block + 1) * rows, x.shape[0])):
            row = x[r]
            target = row_of(t, r)
            y = np.int64(0)
            if labels is not None:
                y = np.int64(labels[r])
            w = weight_at(r, y, weight, mask, ignored)
            if w != f(0.0) and (y < 0 or y >= classes or not (w > f(0.0) and w < f(np.inf))):
                wrong = 1.0
                w = f(0.0)
            push = w * f(scale)
            if upstream is not None:
                push = push * f(number(upstream[r]))
            if w == f(0.0):
                write_nothing(r, values, gradient, over, x)
                continue
            fetch(x[min(r + 1, x.shape[0] - 1)])
            if gradient is not None:
                fetch(gradient[r])
            largest, other_shares, whole = shares_of(y, target, f(smoothing), class_weight, shares)
            if t is not None:
                bad = np.int32(0)
                for j in range(classes):
                    bad = np.int32(bad | np.int32(is_wrong(f(0.0), f(number(target[j])))))
                if bad != 0 or abs(whole - f(1.0)) > f(sum_miss):
                    wrong = 1.0
            if priors is None:
                for j in range(classes):
                    scores[j] = f(number(row[j]))
            else:
                mapped(row, y, target, priors, map_constants, scores)
            m, others, log_total = softmax(scores, powers)
            total_power = f(1.0) + others
            below = f(0.0)
            for j in range(classes):
                distance = select(scores[j] == m, f(0.0), scores[j] - m)
                below = plus(below, select(shares[j] == f(0.0), f(0.0), shares[j] * distance))
            share = shares[largest]
            q = share + other_shares
            log_p = below / q - log_total
            if q == f(0.0):
                log_p = -log_total
            if gradient is None and over is None:
                v = value_of(log_p, f(0.0), m + log_total, constants)
            else:
                v, by_log_p, _, by_lse = slopes_of(log_p, f(0.0), m + log_total, constants)
                power = powers[largest]
                p = power / total_power
                miss = select(scores[largest] == m, others, f(1.0) + (others - power)) / total_power
                each = q * (by_lse - by_log_p) / total_power
                own = by_log_p * (share * miss - p * other_shares) + select(p == f(0.0), f(0.0), q * by_lse * p)
                if push == f(0.0):  # what counts for nothing above has no slope, not even a NaN
                    each = own = by_log_p = f(0.0)
                    powers[:] = f(0.0)
                    shares[:] = f(0.0)
                each = factor_of(powers, each)
                slopes = destination(row_of(gradient, r), row)
                if streams is not None and gradient is not None:
                    slopes = stage
                for j in range(classes):
                    slope = push * select(j == largest, own, by_log_p * shares[j] + each * powers[j])
                    if priors is not None:
                        is_true = select(j == y, f(1.0), f(0.0))
                        if t is not None:
                            is_true = f(number(target[j]))
                        slope = slope * map_slope_of(
                            f(number(row[j])), priors[0, j], priors[1, j], is_true, map_constants
                        )
                    slopes[j] = stored_as(slopes, slope)
                if streams is not None and gradient is not None:
                    stream(gradient[r], slopes)
            v = select(q == f(0.0), f(0.0), w * q * v)
            if values is not None:
                values[r] = v
            total += v
        totals[block, 0] = total
        totals[block, 1] = wrong
    if streams is not None:
        end_of_stream()
