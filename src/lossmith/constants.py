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
    while True:
        middle = low / 2 + high / 2
        inside = (middle > low) & (middle < high)
        if not bool(inside.any()):
            break
        true = holds(middle)
        high = torch.where(inside & true, middle, high)
        low = torch.where(inside & ~true, middle, low)
    return torch.where(never, torch.inf, torch.where(always, -torch.inf, high))


def least_among(value: Callable[[Tensor], Tensor], candidates: Tensor, rounds: int = 8) -> Tensor:
    """The least value of each column of a function that need not be convex: a grid, made finer around its best point.

    Args:
        value: of a row of constants, one number a column.
        candidates: the first grid, ascending, shape (K, …).
        rounds: how often the grid is made finer, by K/2 each time.
    """
    grid = candidates
    for _ in range(rounds):
        values = torch.stack([value(row) for row in grid])
        best = values.argmin(0, keepdim=True)
        low = grid.gather(0, (best - 1).clamp(min=0))
        high = grid.gather(0, (best + 1).clamp(max=len(grid) - 1))
        steps = torch.linspace(0, 1, len(grid), dtype=grid.dtype).reshape(-1, *(1,) * (grid.dim() - 1))
        grid = low + (high - low) * steps
    return grid[len(grid) // 2]


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
