"""Rows of a few scores with class indices: as many rows at once as a vector has lanes."""

from typing import Any

from lossmith.kernels.cpu.templates.head import (
    constants_of,
    destination,
    exp,
    f,
    kernel,
    log1p,
    map_constants_of,
    map_of,
    map_slope_of,
    np,
    number,
    select,
    slopes_of,
    stored_as,
    value_of,
    vector_loops,
)
from lossmith.kernels.cpu.templates.presence import weight_at

# ----------------------------------------------------------------------------------------------------------------------

LANES = 16


@kernel
def labelled(
    x: Any,
    labels: Any,
    weight: Any,
    mask: Any,
    ignored: Any,
    class_weight: Any,
    priors: Any,
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
    """As the kernel of this name for many scores, whose arguments these are."""
    vector_loops()
    constants = constants_of(parameters)
    map_constants = map_constants_of(map_parameters)
    count, classes = x.shape
    scores = np.empty((classes, LANES), f)
    powers = np.empty((classes, LANES), f)
    if priors is not None:
        raw = np.empty((classes, LANES), f)
    y = np.empty(LANES, np.int32)
    w = np.empty(LANES, f)
    push = np.empty(LANES, f)
    m = np.empty(LANES, f)
    ties = np.empty(LANES, f)
    rest = np.empty(LANES, f)
    true = np.empty(LANES, f)
    each = np.empty(LANES, f)
    own = np.empty(LANES, f)
    losses = np.empty(LANES, f)
    for block in range(first, last):
        total: Any = 0.0
        wrong = 0.0
        begin = block * rows
        end = min(begin + rows, count)
        slopes = destination(gradient, x)[begin:end]
        for start in range(begin, end, LANES):
            held = min(LANES, end - start)
            for lane in range(LANES):
                r = start + min(lane, held - 1)
                label = np.int64(labels[r])
                amount = weight_at(r, label, weight, mask, ignored)
                is_inside = label >= 0 and label < classes
                if amount != f(0.0) and not (is_inside and amount > f(0.0) and amount < f(np.inf)):
                    wrong = 1.0
                    amount = f(0.0)
                label = select(is_inside, label, np.int64(0))
                if class_weight is not None:
                    amount = amount * class_weight[label]
                amount = select(lane < held, amount, f(0.0))
                pushed = amount * f(scale)
                if upstream is not None:
                    pushed = pushed * f(number(upstream[r]))
                y[lane], w[lane], push[lane] = label, amount, pushed
                m[lane], ties[lane], rest[lane] = f(-np.inf), f(0.0), f(0.0)
            for j in range(classes):
                for lane in range(LANES):
                    scores[j, lane] = f(number(x[start + min(lane, held - 1), j]))
            if priors is not None:
                raw[:] = scores
                for j in range(classes):
                    for lane in range(LANES):
                        is_true = select(y[lane] == np.int32(j), f(1.0), f(0.0))
                        scores[j, lane] = map_of(raw[j, lane], priors[0, j], priors[1, j], is_true, map_constants)
            for lane in range(LANES):
                true[lane] = scores[y[lane], lane]
            for j in range(classes):
                for lane in range(LANES):
                    m[lane] = select(scores[j, lane] > m[lane], scores[j, lane], m[lane])
            for j in range(classes):
                for lane in range(LANES):
                    is_top = scores[j, lane] == m[lane]
                    power = select(is_top, f(1.0), exp(scores[j, lane] - m[lane]))
                    powers[j, lane] = power
                    ties[lane] += select(is_top, f(1.0), f(0.0))
                    rest[lane] += select(is_top, f(0.0), power)
            for lane in range(LANES):
                is_top = true[lane] == m[lane]
                # a row of −∞ alone is no distribution
                others = select(m[lane] > f(-np.inf), (ties[lane] - f(1.0)) + rest[lane], f(np.nan))
                log_total = log1p(others)
                total_power = f(1.0) + others
                below = select(is_top, f(0.0), true[lane] - m[lane])
                power = exp(below)
                p = power / total_power
                miss = select(is_top, others, f(1.0) + (others - power)) / total_power
                if gradient is None and over is None:
                    v = value_of(below - log_total, miss, m[lane] + log_total, constants)
                else:
                    v, by_log_p, by_miss, by_lse = slopes_of(below - log_total, miss, m[lane] + log_total, constants)
                    by_log_p = by_log_p - select(p == f(0.0), f(0.0), p * by_miss)
                    each[lane] = push[lane] * (by_lse - by_log_p) / total_power
                    own[lane] = push[lane] * (by_log_p * miss + select(p == f(0.0), f(0.0), by_lse * p))
                losses[lane] = select(w[lane] == f(0.0), f(0.0), w[lane] * v)
            for lane in range(held):
                total += losses[lane]
                if values is not None:
                    values[start + lane] = losses[lane]
                if gradient is not None or over is not None:
                    label = y[lane]
                    is_absent = push[lane] == f(0.0)
                    for j in range(classes):
                        has_none = (powers[j, lane] == f(0.0)) & (each[lane] == each[lane])
                        other = select(has_none, f(0.0), each[lane] * powers[j, lane])
                        slope = select(np.int32(j) == label, own[lane], other)
                        if priors is not None:
                            is_true = select(np.int32(j) == label, f(1.0), f(0.0))
                            slope = slope * map_slope_of(
                                raw[j, lane], priors[0, j], priors[1, j], is_true, map_constants
                            )
                        slopes[start - begin + lane, j] = stored_as(slopes, select(is_absent, f(0.0), slope))
        totals[block, 0] = total
        totals[block, 1] = wrong
