"""Rows of scores with class indices: the formula sees the true class alone."""

from typing import Any

from lossmith.kernels.cpu.templates.head import (
    constants_of,
    destination,
    end_of_stream,
    exp,
    f,
    fetch,
    kernel,
    map_constants_of,
    map_slope_of,
    np,
    number,
    row_of,
    select,
    slopes_of,
    stored_as,
    stream,
    value_of,
    vector_loops,
)
from lossmith.kernels.cpu.templates.presence import weight_at, write_nothing
from lossmith.kernels.cpu.templates.softmax import factor_of, mapped, softmax

# ----------------------------------------------------------------------------------------------------------------------


@kernel
def labelled(
    x: Any,
    labels: Any,
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
        labels: class indices, shape (n,).
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
    if streams is not None and gradient is not None:
        stage = np.empty(classes, gradient.dtype)
    for block in range(first, last):
        total: Any = 0.0
        wrong = 0.0
        for r in range(block * rows, min((block + 1) * rows, x.shape[0])):
            row = x[r]
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
            if class_weight is not None:
                w = w * class_weight[y]
                push = push * class_weight[y]
            fetch(x[min(r + 1, x.shape[0] - 1)])
            if gradient is not None:
                fetch(gradient[r])
            if priors is None:
                x_y = f(number(row[y]))
                m, others, log_total = softmax(row, powers)
            else:
                mapped(row, y, None, priors, map_constants, scores)
                x_y = scores[y]
                m, others, log_total = softmax(scores, powers)
            total_power = f(1.0) + others
            below = select(x_y == m, f(0.0), x_y - m)
            power = exp(below)
            p = power / total_power
            miss = select(x_y == m, others, f(1.0) + (others - power)) / total_power
            if gradient is None and over is None:
                v = value_of(below - log_total, miss, m + log_total, constants)
            else:
                v, by_log_p, by_miss, by_lse = slopes_of(below - log_total, miss, m + log_total, constants)
                # d log p_y/dx_j = [j = y] − p_j, d(1 − p_y) = −p_y·d log p_y, d lse/dx_j = p_j
                by_log_p = by_log_p - select(p == f(0.0), f(0.0), p * by_miss)
                each = push * (by_lse - by_log_p) / total_power
                own = push * (by_log_p * miss + select(p == f(0.0), f(0.0), by_lse * p))
                if push == f(0.0):  # what counts for nothing above has no slope, not even a NaN
                    each = own = f(0.0)
                    powers[:] = f(0.0)
                each = factor_of(powers, each)
                slopes = destination(row_of(gradient, r), row)
                if streams is not None and gradient is not None:
                    slopes = stage
                if priors is None:
                    for j in range(classes):
                        slopes[j] = stored_as(slopes, each * powers[j])
                    slopes[y] = stored_as(slopes, own)
                else:
                    for j in range(classes):
                        is_true = select(j == y, f(1.0), f(0.0))
                        bend = map_slope_of(f(number(row[j])), priors[0, j], priors[1, j], is_true, map_constants)
                        slopes[j] = stored_as(slopes, select(j == y, own, each * powers[j]) * bend)
                if streams is not None and gradient is not None:
                    stream(gradient[r], slopes)
            v = select(w == f(0.0), f(0.0), w * v)  # the weight of its class may be 0
            if values is not None:
                values[r] = v
            total += v
        totals[block, 0] = total
        totals[block, 1] = wrong
    if streams is not None:
        end_of_stream()
