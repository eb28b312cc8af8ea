"""The cheapest way to move one set of points onto another, blurred by an entropy: its cost, from costs of pairs."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

STEPS = 1000  # at most; some five for each time that the blur is halved
NEAR = 1e-3  # what share of all may be misplaced before the blur is halved
REACH = 2.0  # in units of the blur, how far a step goes: no farther is the plan's change what its slope says
DAMPING = 1e-13  # of shares that nothing holds in their place: potentials that may be moved at no cost


def cost(costs: Tensor, epsilon: float) -> Tensor:
    """min ⟨π, costs⟩ + ε·KL(π | even) over the plans π that give each point its share, shape (…).

    It is the largest mean(f) + mean(g), where g makes the columns of the plan right. These potentials are sought
    outside of the graph, so that memory does not depend on how many steps it took. One more step of Newton's is in the
    graph: it leaves them where they are, and gives them their slopes. So derivatives are right up to the third.

    Args:
        costs: of each pair, float64, shape (…, N, M); all points of a side weigh the same.
        epsilon: what the entropy weighs.
    """
    constant = costs.detach()
    f = potentials(constant, epsilon)
    f = f + epsilon * _newton(_bends(_plan(f, constant, epsilon)), _plan(f, costs, epsilon))
    reduced = costs - f.unsqueeze(-1)
    least = reduced.detach().amin(-2, keepdim=True)  # so that the exponents of the slope are small, and lose no digits
    blurred = epsilon * (((least - reduced) / epsilon).logsumexp(-2) - math.log(costs.shape[-2]))
    g = least.squeeze(-2) - blurred
    best: Tensor = f.mean(-1) + g.mean(-1)
    return best


# An operation of torch's own: how many steps it takes depends on values, which no compiler and no transform can read.
@torch.library.custom_op("lossmith::potentials", mutates_args=(), schema="(Tensor costs, float epsilon) -> Tensor")
def potentials(costs: Tensor, epsilon: float) -> Tensor:
    """The best f, shape (…, N): Newton's steps, at first for costs that a large ε blurs, then at half of it, and so on.

    Sinkhorn's own steps need as many as the costs are larger than ε, and endless ones where a plan is nearly certain.
    """
    largest = costs.amax((-2, -1), keepdim=True).clamp(min=epsilon)
    tolerance = 4 * torch.finfo(costs.dtype).eps * (1 + largest / epsilon)
    f, blur = torch.zeros_like(costs[..., 0]), largest
    for _ in range(STEPS):
        plan = _plan(f, costs, blur)
        missed = (plan.sum(-1, keepdim=True) - 1 / costs.shape[-2]).abs().sum(-2, keepdim=True)
        is_done = ~((blur > epsilon) | (missed > tolerance))  # nor is there more to find for NaN
        if bool(is_done.all()):
            break
        step = _newton(_bends(plan), plan)
        length = step.abs().amax(-1, keepdim=True).clamp(min=REACH) / REACH
        f = torch.where(is_done.squeeze(-1), f, f + blur.squeeze(-1) * step / length)
        blur = torch.where(missed <= NEAR, (blur / 2).clamp(min=epsilon), blur)
    return f


@potentials.register_fake
def _(costs: Tensor, epsilon: float) -> Tensor:
    return costs.new_empty(costs.shape[:-1])


@potentials.register_vmap
def _(info: Any, dims: Any, costs: Tensor, epsilon: float) -> tuple[Tensor, int]:
    found: Tensor = potentials(costs.movedim(dims[0], 0), epsilon)
    return found, 0


def _plan(f: Tensor, costs: Tensor, epsilon: Tensor | float) -> Tensor:
    """A plan whose columns are right, whatever f is."""
    return ((f.unsqueeze(-1) - costs) / epsilon).softmax(-2) / costs.shape[-1]


def _bends(plan: Tensor) -> Tensor:
    """−ε times the Hessian by f, and what makes it regular: a shift of all f changes nothing."""
    n, m = plan.shape[-2:]
    own = torch.diag_embed(plan.sum(-1) + DAMPING / n)
    return own - m * plan @ plan.mT + 1 / n**2


def _newton(bends: Tensor, plan: Tensor) -> Tensor:
    """How far to move f, in units of ε, to give each row its share."""
    missing = 1 / plan.shape[-2] - plan.sum(-1, keepdim=True)
    step: Tensor = torch.linalg.solve_ex(bends, missing)[0]
    return step.squeeze(-1)
