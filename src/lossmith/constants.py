"""The best constant prediction: the zero of the mean slope, or the foot of the mean loss."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

LARGEST = 1e300


def middle_of_minimisers(slope: Callable[[Tensor], Tensor], like: Tensor, bounded: bool) -> Tensor:
    """Where a convex function of each column has its least value: the middle, where that is an interval.

    Args:
        slope: the (sub)gradient at a row of constants, non-decreasing in each; same shape as ``like``.
        like: gives shape and dtype.
        bounded: whether the score's meaning has ends that only ±∞ reaches. Then a slope that dies out (−10⁻³²⁰, then 0)
            has its zero at ∞; otherwise the finite end of the interval of zeros is taken.
    """
    first = _first_true(lambda c: slope(c) >= 0, like)
    last = -_first_true(lambda c: slope(-c) <= 0, like)
    ends = torch.stack([first, last])
    infinite = ends.isinf()
    wanted = infinite if bounded else ~infinite
    one_sided = torch.where(wanted, ends, 0).sum(0)
    return torch.where(infinite[0] ^ infinite[1], one_sided, (first / 2 + last / 2))


def _first_true(holds: Callable[[Tensor], Tensor], like: Tensor) -> Tensor:
    """The least number of which a monotone predicate holds, to the last bit; ±inf where it always or never does."""
    high = torch.ones_like(like)
    low = -high
    while bool((wider := ~holds(high) & (high < LARGEST)).any()):
        high = torch.where(wider, high * 2, high)
    while bool((wider := holds(low) & (low > -LARGEST)).any()):
        low = torch.where(wider, low * 2, low)
    never, always = ~holds(high), holds(low)
    return torch.where(never, torch.inf, torch.where(always, -torch.inf, _halved(holds, low, high)))


def _halved(holds: Callable[[Tensor], Tensor], low: Tensor, high: Tensor) -> Tensor:
    """Where between ``low`` and ``high`` a predicate begins to hold, to the last bit."""
    while True:
        middle = low / 2 + high / 2
        inside = (middle > low) & (middle < high)
        if not bool(inside.any()):
            return high
        true = holds(middle)
        high = torch.where(inside & true, middle, high)
        low = torch.where(inside & ~true, middle, low)


def least_among(
    value: Callable[[Tensor], Tensor], slope: Callable[[Tensor], Tensor], candidates: Tensor, rounds: int = 1
) -> Tensor:
    """Where each column of a function that need not be convex has its least value: on a grid, then by its slope.

    Args:
        value: of a row of constants, one number a column.
        slope: its derivative.
        candidates: the first grid, ascending, shape (K, …); kinks that may be the best point are among them.
        rounds: how often a finer grid is laid between the neighbours of the best point.
    """
    grid = candidates
    for finer in range(rounds + 1):
        values = torch.stack([value(row) for row in grid])
        index = values.argmin(0, keepdim=True)
        best = grid.gather(0, index)
        low, high = (grid.gather(0, (index + k).clamp(0, len(grid) - 1)) for k in (-1, 1))
        if finer < rounds:
            steps = torch.linspace(0, 1, len(grid) // 2, dtype=grid.dtype).reshape(-1, *(1,) * (grid.dim() - 1))
            grid = torch.cat([low + (best - low) * steps, best + (high - best) * steps])
    found = _halved(lambda c: slope(c) >= 0, low[0], high[0])
    least = values.amin(0)  # NaN where a value is
    as_good = value(found) <= least + 1e-12 * least.abs()
    return torch.where(least.isnan(), torch.nan, torch.where(as_good, found, best[0]))


def spread_over(numbers: Tensor, count: int = 513) -> Tensor:
    """Candidates for the best constant, ascending: the numbers themselves (some, of very many) and some in between."""
    between = torch.linspace(0, 1, count, dtype=numbers.dtype)
    own = torch.linspace(0, 1, min(len(numbers), count), dtype=numbers.dtype)
    quantiles = numbers.nanquantile(between, dim=0), numbers.nanquantile(own, dim=0, interpolation="nearest")
    return torch.cat(quantiles).sort(0).values


def least_on_the_line(value: Callable[[Tensor], Tensor], slope: Callable[[Tensor], Tensor], like: Tensor) -> Tensor:
    """Where each column of a function of a score has its least value, which may be ±∞, and which need not be convex.

    Args:
        value: of a row of constants, one number a column; defined at ±∞.
        slope: its derivative.
        like: gives shape and dtype.
    """
    steps = torch.linspace(-7.5, 7.5, 1025, dtype=like.dtype).sinh()  # a sigmoid of more than ±745 is 0 or 1
    values = torch.stack([value(torch.full_like(like, float(s))) for s in steps])
    level = values.amin(0) * (1 + 8 * torch.finfo(like.dtype).eps)  # of all that are as good, the score nearest 0
    best = torch.where(values <= level, steps.abs().reshape(-1, *(1,) * like.dim()), torch.inf).argmin(0)
    low, high = steps[(best - 1).clamp(min=0)], steps[(best + 1).clamp(max=len(steps) - 1)]
    found = _halved(lambda c: slope(c) >= 0, low, high)
    least = value(found)
    up, down = (value(torch.full_like(like, s * torch.inf)) <= least for s in (1.0, -1.0))
    return torch.where(up & ~down, torch.inf, torch.where(down & ~up, -torch.inf, found))


def foot(value: Callable[[Tensor], Tensor], start: Tensor) -> Tensor:
    """The minimiser of a smooth function of several numbers, by L-BFGS in float64 from ``start``."""
    point = start.detach().clone().requires_grad_()
    optimiser = torch.optim.LBFGS(
        [point], max_iter=500, tolerance_grad=1e-12, tolerance_change=1e-16, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = value(point)
        loss.backward()
        return loss

    optimiser.step(closure)
    return point.detach()
