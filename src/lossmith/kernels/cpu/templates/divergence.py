"""Rows of scores against rows of targets: each class has its share of a divergence between two distributions."""

from typing import Any

from lossmith.kernels.cpu.templates.head import (
    constants_of,
    destination,
    exp,
    f,
    is_wrong,
    kernel,
    log,
    np,
    number,
    plus,
    row_of,
    select,
    slopes_of,
    stored_as,
    value_of,
    vector_loops,
    word,
)
from lossmith.kernels.cpu.templates.presence import weight_at, write_nothing
from lossmith.kernels.cpu.templates.softmax import softmax

# ----------------------------------------------------------------------------------------------------------------------


@word
def distribution(target: Any, given: Any, softened: Any, cool: Any, t: Any, log_t: Any) -> Any:
    """Writes the probabilities of a target and their logarithms; whether their sum is none, as far as one can tell.

    Args:
        target: a row.
        given: 0: it holds probabilities, 1: their logarithms, 2: scores.
        softened: whether it goes through a softmax.
        cool: 1 over the temperature.
        t: gets the probabilities.
        log_t: gets the logarithms.
    """
    vector_loops()
    whole = f(0.0)
    for j in range(t.size):
        u = f(number(target[j]))
        log_u = log(u) if given == 0 else u
        p = u if given == 0 else exp(u)
        whole = plus(whole, p)
        t[j] = p
        log_t[j] = log_u * cool
    if softened:
        m, others, log_total = softmax(log_t, t)
        for j in range(t.size):
            t[j] = t[j] / (f(1.0) + others)
            log_t[j] = select(log_t[j] == m, f(0.0), log_t[j] - m) - log_total
    return whole


@kernel
def divergence(
    x: Any,
    t: Any,
    sum_miss: Any,
    given: Any,
    softened: Any,
    temperature: Any,
    weight: Any,
    mask: Any,
    class_weight: Any,
    upstream: Any,
    values: Any,
    gradient: Any,
    over: Any,
    totals: Any,
    parameters: Any,
    scale: Any,
    rows: Any,
    first: Any,
    last: Any,
) -> None:
    """Blocks ``first`` to ``last`` of ``rows`` rows each; what is None is not read or not written.

    Args:
        x: scores, shape (n, C).
        t: targets, shape (n, C).
        sum_miss: how far from 1 the sum of a target's probabilities may be.
        given: what a target holds, 0: probabilities, 1: their logarithms, 2: scores.
        softened: whether the target goes through a softmax as the scores do.
        temperature: by which both are divided before it.
        weight: shape (n,).
        mask: shape (n,), True where a row counts.
        class_weight: shape (C,).
        upstream: the slope of the result by each row's loss, shape (n,).
        values: gets the weighted loss of each row.
        gradient: gets the slope by each score, times weight, upstream and scale.
        over: not None: the gradient is written over ``x``.
        totals: gets for each block the sum of the weighted losses, and 1 where a value is wrong.
        parameters: the hyper-parameters.
        scale: of the gradient.
        rows: of a block.
        first: block.
        last: block, left out.
    """
    vector_loops()
    constants = constants_of(parameters)
    classes = x.shape[1]
    cool = f(1.0 / temperature)
    scores = np.empty(classes, f)
    powers = np.empty(classes, f)
    wanted = np.empty(classes, f)
    log_wanted = np.empty(classes, f)
    by_log_p = np.empty(classes, f)
    for block in range(first, last):
        total: Any = 0.0
        wrong = 0.0
        for r in range(block * rows, min((block + 1) * rows, x.shape[0])):
            w = weight_at(r, 0, weight, mask, None)
            if not (w >= f(0.0) and w < f(np.inf)):
                wrong = 1.0
            if w == f(0.0):
                write_nothing(r, values, gradient, over, x)
                continue
            row = x[r]
            target = t[r]
            whole = distribution(target, given, softened, cool, wanted, log_wanted)
            bad = np.int32(0)
            for j in range(classes):
                scores[j] = f(number(row[j])) * cool
                bad = np.int32(bad | np.int32(is_wrong(f(0.0), f(number(target[j])))))
            if given < 2 and ((given == 0 and bad != 0) or abs(whole - f(1.0)) > f(sum_miss)):
                wrong = 1.0
            m, others, log_total = softmax(scores, powers)
            total_power = f(1.0) + others
            loss = f(0.0)
            pull = f(0.0)
            for j in range(classes):
                p = powers[j] / total_power
                log_p = select(scores[j] == m, f(0.0), scores[j] - m) - log_total
                factor = f(1.0)
                if class_weight is not None:
                    factor = class_weight[j]
                if gradient is None and over is None:
                    v = value_of(p, log_p, wanted[j], log_wanted[j], constants)
                else:
                    v, by_p, slope = slopes_of(p, log_p, wanted[j], log_wanted[j], constants)
                    slope = slope + select(p == f(0.0), f(0.0), p * by_p)
                    slope = select(factor == f(0.0), f(0.0), slope * factor)
                    by_log_p[j] = slope
                    pull = plus(pull, select(scores[j] == m, f(0.0), slope))
                loss = plus(loss, select(factor == f(0.0), f(0.0), v * factor))
            if values is not None:
                values[r] = w * loss
            total += w * loss
            if gradient is not None or over is not None:
                push = w * f(scale) * cool
                if upstream is not None:
                    push = push * f(number(upstream[r]))
                # the slopes of classes that share the top do not cancel each other: they are summed by themselves
                level = f(0.0)
                for j in range(classes):
                    level = plus(level, select(scores[j] == m, by_log_p[j], f(0.0)))
                slopes = destination(row_of(gradient, r), row)
                for j in range(classes):
                    p = powers[j] / total_power
                    own = by_log_p[j]
                    is_top = scores[j] == m
                    rest = pull + select(is_top, level - own, level)
                    slope = select(is_top, own * (others / total_power) - p * rest, own - p * rest)
                    slopes[j] = stored_as(slopes, select(push == f(0.0), f(0.0), slope * push))
        totals[block, 0] = total
        totals[block, 1] = wrong
