"""Rows of predictions and targets, each class with a loss of its own, and their sum."""

from typing import Any

from lossmith.kernels.cpu.templates.head import (
    constants_of,
    destination,
    f,
    is_wrong,
    kernel,
    np,
    number,
    plus,
    probability_of_prediction,
    probability_of_target,
    row_of,
    select,
    slopes_of,
    stored_as,
    value_of,
    vector_loops,
)
from lossmith.kernels.cpu.templates.presence import weight_at, write_nothing

# ----------------------------------------------------------------------------------------------------------------------


@kernel
def classwise(
    x: Any,
    t: Any,
    prediction_miss: Any,
    target_miss: Any,
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
        x: predictions, shape (n, C).
        t: targets, shape (n, C).
        prediction_miss: not None: how far from 1 the sum of a row's predicted probabilities may be.
        target_miss: likewise, of the target's.
        weight: shape (n,).
        mask: shape (n,), True where a row counts.
        class_weight: shape (C,).
        upstream: the slope of the result by each row's loss, shape (n,).
        values: gets the weighted loss of each row.
        gradient: gets the slope by each prediction, times weight, upstream and scale.
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
            slopes = destination(row_of(gradient, r), row)
            push = w * f(scale)
            if upstream is not None:
                push = push * f(number(upstream[r]))
            loss = f(0.0)
            bad = np.int32(0)
            predicted = f(0.0)
            wanted = f(0.0)
            for j in range(classes):
                s = f(number(row[j]))
                u = f(number(target[j]))
                bad = np.int32(bad | np.int32(is_wrong(s, u)))
                if prediction_miss is not None:
                    predicted = plus(predicted, probability_of_prediction(s))
                if target_miss is not None:
                    wanted = plus(wanted, probability_of_target(u))
                factor = f(1.0)
                if class_weight is not None:
                    factor = class_weight[j]
                if gradient is None and over is None:
                    v = value_of(s, u, constants)
                else:
                    v, slope = slopes_of(s, u, constants)
                    slope = slope * (push * factor)
                    if class_weight is not None or upstream is not None:
                        slope = select(push * factor == f(0.0), f(0.0), slope)
                    slopes[j] = stored_as(slopes, slope)
                if class_weight is not None:
                    v = select(factor == f(0.0), f(0.0), v * factor)
                loss = plus(loss, v)
            if prediction_miss is not None and abs(predicted - f(1.0)) > f(prediction_miss):
                wrong = 1.0
            if target_miss is not None and abs(wanted - f(1.0)) > f(target_miss):
                wrong = 1.0
            if bad != 0:
                wrong = 1.0
            if values is not None:
                values[r] = w * loss
            total += w * loss
        totals[block, 0] = total
        totals[block, 1] = wrong
