"""Eight points without an order: a plan of transport is found by Sinkhorn's rounds without a gradient, as the
envelope theorem allows, and its cost has the gradient.
"""

import math

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def sinkhorn_plan(cost, epsilon=0.1, rounds=15):
    log_k = -cost / epsilon
    f, g = torch.zeros_like(cost[:, :, 0]), torch.zeros_like(cost[:, 0, :])
    for _ in range(rounds):
        f = -torch.logsumexp(log_k + g.unsqueeze(1), dim=2) - math.log(cost.shape[1])
        g = -torch.logsumexp(log_k + f.unsqueeze(2), dim=1) - math.log(cost.shape[2])
    return torch.exp(log_k + f.unsqueeze(2) + g.unsqueeze(1))


def transport_loss(points, cloud):
    cost = (points.unsqueeze(2) - cloud.unsqueeze(1)).square().sum(dim=-1)
    with torch.no_grad():
        plan = sinkhorn_plan(cost)
    return torch.einsum("nij,nij->n", plan, cost).mean()


def program(v: Variation) -> Program:
    code = torch.randn(v.rows, 4)
    angle = 6.28 * torch.rand(v.rows, 8) + code[:, 3:]
    ring = torch.stack([angle.cos(), angle.sin()], dim=2) * (0.5 + 0.3 * code[:, 2].sigmoid()).view(-1, 1, 1)
    cloud = 0.5 * code[:, None, :2] + ring
    model = nn.Sequential(nn.Linear(4, v.width), nn.GELU(), nn.Linear(v.width, 16), nn.Unflatten(1, (8, 2)))
    return Program(model, transport_loss, code, cloud)
