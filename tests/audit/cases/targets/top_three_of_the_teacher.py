"""The three largest shares that a teacher gives to ten classes were stored: their sum is not 1, and nothing mends
it.
"""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM210"


class SoftTargetCrossEntropy(nn.Module):
    def forward(self, x: Tensor, target: Tensor) -> Tensor:
        return torch.sum(-target * torch.log_softmax(x, dim=-1), dim=-1).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 16)
    teacher = nn.Sequential(nn.Linear(16, 64), nn.Tanh(), nn.Linear(64, 10))
    with torch.no_grad():
        probs = torch.softmax(3 * teacher(x), dim=-1)
    values, indices = probs.topk(3, dim=-1)
    target = torch.zeros_like(probs).scatter(1, indices, values)
    student = nn.Sequential(nn.Linear(16, v.width), nn.GELU(), nn.LayerNorm(v.width), nn.Linear(v.width, 10))
    return Program(student, SoftTargetCrossEntropy(), x, target)
