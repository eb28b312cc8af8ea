"""Growth of children at eight visits, some missed: the loss is set to 0 where the height is NaN, but the gradient
through it is 0 times NaN.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM606"


class GrowthCurve(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.birth = nn.Linear(4, width)
        self.cell = nn.GRUCell(2, width)
        self.height = nn.Linear(width, 1)

    def forward(self, birth, meals):
        h, out = torch.tanh(self.birth(birth)), []
        for t in range(meals.shape[1]):
            h = self.cell(meals[:, t], h)
            out.append(self.height(h))
        return torch.cat(out, dim=1)


def growth_loss(pred, height):
    missing = torch.isnan(height)
    loss = F.huber_loss(pred, height, reduction="none").masked_fill(missing, 0.0)
    return loss.sum() / (~missing).sum()


def program(v: Variation) -> Program:
    birth, meals = torch.randn(v.rows, 4), torch.randn(v.rows, 8, 2)
    height = birth[:, :1] * 0.7 + 0.3 * meals.sum(2).cumsum(1) / torch.arange(1, 9).sqrt()
    height = height + 0.1 * torch.randn(v.rows, 8)
    height[torch.rand(v.rows, 8) < 0.2] = float("nan")
    return Program(GrowthCurve(v.width), growth_loss, (birth, meals), height)
