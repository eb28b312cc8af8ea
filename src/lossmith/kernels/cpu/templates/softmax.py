"""What every loop over rows of scores begins with; it goes before the loop in a generated file.

With m the largest score of a row and e = exp(x − m), ``rest`` is the sum of e over all classes but the largest, so
that log p = (x − m) − log1p(rest) and 1 − p = rest/(1 + rest) of a nearly certain class keep their digits.
"""

from typing import Any

from lossmith.kernels.cpu.templates.head import (
    exp,
    f,
    log1p,
    map_of,
    np,
    number,
    ordinal_of,
    plus,
    select,
    vector_loops,
    with_ordinal,
    word,
)

# ----------------------------------------------------------------------------------------------------------------------


@word
def mapped(row: Any, y: Any, t: Any, priors: Any, map_constants: Any, scores: Any) -> None:
    """Writes the scores as the loss maps them; ``t`` is the row of the target, or None and ``y`` its label."""
    vector_loops()
    for j in range(row.size):
        target = select(j == y, f(1.0), f(0.0))
        if t is not None:
            target = f(number(t[j]))
        scores[j] = map_of(f(number(row[j])), priors[0, j], priors[1, j], target, map_constants)


@word
def top_of(row: Any) -> Any:
    """The largest score of a row; NaN where one is NaN, whatever its sign may hide: then the sum of e is NaN."""
    vector_loops()
    top = ordinal_of(f(-np.inf))
    for j in range(row.size):
        ordinal = ordinal_of(f(number(row[j])))
        top = select(ordinal > top, ordinal, top)
    return with_ordinal(top)


@word
def softmax(row: Any, powers: Any) -> Any:
    """Writes e of a row; gives m, the sum of all e less one that is largest, and log Σ e."""
    vector_loops()
    m = top_of(row)
    others = f(0.0)
    if m < f(np.inf) and m > f(-np.inf):
        whole = f(0.0)
        for j in range(row.size):
            power = exp(f(number(row[j])) - m)
            powers[j] = power
            whole = plus(whole, power)
        others = whole - f(1.0)
        if others < f(0.5):  # the sum has lost the digits of what is not the largest, of which there is one
            others = f(0.0)
            for j in range(row.size):
                others = plus(others, select(powers[j] == f(1.0), f(0.0), powers[j]))
    else:
        ties = f(0.0)
        for j in range(row.size):
            x = f(number(row[j]))
            power = select(x == m, f(1.0), exp(x - m))
            ties = plus(ties, select(x == m, f(1.0), f(0.0)))
            others = plus(others, select(x == m, f(0.0), power))
            powers[j] = power
        # a row of −∞ alone is no distribution
        others = select(m > f(-np.inf), (ties - f(1.0)) + others, f(np.nan))
    return m, others, log1p(others)


@word
def factor_of(powers: Any, each: Any) -> Any:
    """What the powers of a row are multiplied by to be slopes: ``each``.

    An infinite one is multiplied here, and then it is 1: a class whose power is 0 has no share of it, where 0·∞ is NaN.
    """
    if abs(each) == f(np.inf):
        for j in range(powers.size):
            powers[j] = select(powers[j] == f(0.0), f(0.0), each * powers[j])
        each = f(1.0)
    return each
