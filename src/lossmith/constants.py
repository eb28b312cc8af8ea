"""The best constant prediction: the zero of the mean slope, or the foot of the mean loss."""

from __future__ import annotations

import functools
import math
import struct
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


def quantiles(targets: Tensor, levels: Tensor, weights: Tensor | None) -> Tensor:
    """The quantile of each level, from 0 to 1, of all targets together: the middle, where it is an interval."""
    column = targets.flatten().to(levels.dtype).unsqueeze(-1)
    weigh = torch.ones_like(column) if weights is None else weights.flatten().to(levels.dtype).unsqueeze(-1)
    column, weigh = (v[weigh.squeeze(-1) != 0] for v in (column, weigh))

    def slope(numbers: Tensor) -> Tensor:
        pulls = weigh * torch.where(numbers > column, 1 - levels, torch.where(numbers < column, -levels, 0))
        total = torch.where(column.isnan(), torch.nan, pulls).sum(0)
        rounding = 8 * torch.finfo(levels.dtype).eps * pulls.abs().sum(0)
        return torch.where(total.abs() <= rounding, 0, total)

    return middle_of_minimisers(slope, torch.zeros_like(levels), bounded=False)


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


def foot(value: Callable[[Tensor], Tensor], start: Tensor, scale: Tensor | float = 1.0) -> Tensor:
    """The minimiser of a smooth function of several numbers, by L-BFGS in float64 from ``start``.

    ``scale`` says how far to go in each number for a step of 1. Nothing is returned that is worse than ``start``.
    """
    point = torch.zeros_like(start).requires_grad_()
    optimiser = torch.optim.LBFGS(
        [point], max_iter=500, tolerance_grad=1e-12, tolerance_change=1e-16, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = value(start + scale * point)
        loss.backward()
        return loss

    before = value(start)
    optimiser.step(closure)
    found = (start + scale * point).detach()
    return found if bool(value(found) <= before) else start


def in_turn(slopes: Callable[[Tensor], Tensor], start: Tensor, rounds: int = 3, blurred: int = 0) -> Tensor:
    """Down along each of a few numbers in turn: through kinks, and from any distance.

    ±inf where it goes down for ever. The function need not be smooth, but its kinks have to lie along the axes.

    Args:
        slopes: by each number, at a point; exactly 0 where what is left of them is rounding.
        start: the point to begin with.
        rounds: how often each number has its turn, at most.
        blurred: how many of a number's last bits do not matter.
    """
    point = start.clone()

    def slope(j: int, at: float) -> float:
        return float(slopes(torch.where(torch.arange(len(point)) == j, at, point))[j])

    for _ in range(rounds):
        before = point.clone()
        for j in range(len(point)):
            point[j] = _bottom(functools.partial(slope, j), float(point[j]), 2**blurred)
        if bool((point == before).all() | point.isinf().any()):
            break
    return point


def _bottom(slope: Callable[[float], float], at: float, near: int) -> float:
    """Where a slope changes its sign, downhill from ``at``: the middle, where it is 0 for a while; ``near`` floats off.

    ``at`` itself where it is not known; ±∞ where it goes down for ever, or dies out: 10⁻³²⁰ and then 0.
    """
    here = slope(at)
    if here != here:
        return at
    first, last = at, at
    if here != 0:
        down = -math.copysign(1.0, here)
        last_above = _end_of(lambda c: slope(c) * down < 0, at, down, near)
        if math.isinf(last_above) or 0 < abs(slope(last_above)) < 1 / LARGEST:
            return down * math.inf
        first = last = math.nextafter(last_above, down * math.inf)
        if slope(last) == 0:
            last = _end_of(lambda c: slope(c) == 0, first, down, near)
    else:
        first, last = (_end_of(lambda c: slope(c) == 0, at, side, near) for side in (-1.0, 1.0))
    finite = [end for end in (first, last) if math.isfinite(end)]
    return sum(end / len(finite) for end in finite) if finite else at


def _end_of(holds: Callable[[float], bool], at: float, side: float, within: int) -> float:
    """The last number, going from ``at`` to one side, of which ``holds`` is still true; ±∞ where it always is.

    It may be ``within`` so many floats off.
    """
    if not holds(math.nextafter(at, side * math.inf)):
        return at
    near, step = at, 1.0
    while holds(at + side * step):
        near, step = at + side * step, step * (2 if step < 1e6 else 1e6)
        if step > LARGEST:
            return side * math.inf
    far = at + side * step
    # halfway in the order of floats: 64 steps at any scale
    low, high = _rank(near), _rank(far)
    while abs(high - low) > within:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(_ranked(middle)) else (low, middle)
    return _ranked(low)


def _rank(number: float) -> int:
    """The place of a float in the order of all floats."""
    (bits,) = struct.unpack("<q", struct.pack("<d", number))
    return int(bits) if bits >= 0 else -(int(bits) & (2**63 - 1))


def _ranked(rank: int) -> float:
    (number,) = struct.unpack("<d", struct.pack("<q", abs(rank)))
    return math.copysign(float(number), rank)


def median_distribution(rows: Tensor, weights: Tensor) -> Tensor:
    """The distribution with the least sum of absolute differences from ``rows``, shape (N, C).

    Each class takes a quantile of its probabilities, all of the same level: the one at which they sum to 1.
    """
    ordered, order = rows.sort(0)
    levels = weights[order].cumsum(0) / weights.sum()
    tried = levels.flatten().sort().values.unsqueeze(-1)
    index = (levels.T.unsqueeze(0) < tried.unsqueeze(-1)).sum(-1).clamp(max=len(rows) - 1)
    quantiles = ordered.gather(0, index)
    enough = int((quantiles.sum(-1) >= 1).to(torch.int8).argmax())
    high, low = quantiles[enough], quantiles[max(enough - 1, 0)]
    gap = (high - low).sum()
    return torch.where(gap > 0, low + (high - low) * (1 - low.sum()) / gap, high)
