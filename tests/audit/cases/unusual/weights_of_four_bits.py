"""A network for small devices: its weights are rounded to fifteen levels by a function whose gradient is passed
straight through within their range, and it learns from the labels and from its own unrounded self, which is held
fixed."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class RoundThrough(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weight, step):
        levels = weight / step
        ctx.save_for_backward(levels)
        return levels.round().clamp(-7, 7) * step

    @staticmethod
    def backward(ctx, gradient):
        (levels,) = ctx.saved_tensors
        return gradient * (levels.abs() <= 7.5), None


class FewBitLinear(nn.Linear):
    def forward(self, x, rounded=True):
        if not rounded:
            return F.linear(x, self.weight, self.bias)
        step = self.weight.detach().abs().amax() / 7
        return F.linear(x, RoundThrough.apply(self.weight, step), self.bias)


class SmallDeviceNetwork(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first, self.second = FewBitLinear(10, width), FewBitLinear(width, 4)

    def forward(self, x):
        rounded = self.second(F.silu(self.first(x)))
        full = self.second(F.silu(self.first(x, rounded=False)), rounded=False)
        return rounded, full


def loss(output, label):
    rounded, full = output
    teacher = full.detach().softmax(1)
    imitation = -(teacher * rounded.log_softmax(1)).sum(1).mean()
    return F.cross_entropy(full, label) + F.cross_entropy(rounded, label) + 0.5 * imitation


def program(v: Variation) -> Program:
    label = torch.randint(4, (v.rows,))
    x = torch.randn(4, 10)[label] + 0.7 * torch.randn(v.rows, 10)
    return Program(SmallDeviceNetwork(v.width), loss, x, label)
