"""Tags of pictures under the asymmetric loss: negatives that are easier than the margin are cut off on purpose."""

import torch
import torch.nn as nn
from torch import Tensor

from audit.programs import Program, Variation

EXPECTED = None


class AsymmetricLoss(nn.Module):
    def __init__(self, gamma_neg: float = 4, gamma_pos: float = 1, clip: float = 0.05, eps: float = 1e-8) -> None:
        super().__init__()
        self.gamma_neg, self.gamma_pos, self.clip, self.eps = gamma_neg, gamma_pos, clip, eps

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        xs_pos = torch.sigmoid(x)
        xs_neg = (1 - xs_pos + self.clip).clamp(max=1)
        los_pos = y * torch.log(xs_pos.clamp(min=self.eps))
        los_neg = (1 - y) * torch.log(xs_neg.clamp(min=self.eps))
        pt = xs_pos * y + xs_neg * (1 - y)
        weight = torch.pow(1 - pt, self.gamma_pos * y + self.gamma_neg * (1 - y))
        return -((los_pos + los_neg) * weight).sum(dim=1).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 24)
    tags = (x[:, :9] + 0.4 * torch.randn(v.rows, 9) > 0.8).float()
    model = nn.Sequential(nn.Linear(24, v.width), nn.BatchNorm1d(v.width), nn.Hardtanh(), nn.Linear(v.width, 9))
    return Program(model, AsymmetricLoss(), x, tags)
