"""A depth and a class; the loss learns how noisy each task is, by parameters of its own, and may fall below 0."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MultiTaskNet(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.shared = nn.Sequential(nn.Conv2d(2, channels, 3, padding=1), nn.ELU(), nn.Conv2d(channels, channels, 3))
        self.semantic = nn.Conv2d(channels, 3, 1)
        self.depth = nn.Conv2d(channels, 1, 1)

    def forward(self, image):
        shared = nn.functional.elu(self.shared(image))
        return self.semantic(shared), self.depth(shared)


class UncertaintyWeighting(nn.Module):
    """exp(-s)·loss + s for each task, with s learned (Kendall et al.)."""

    def __init__(self):
        super().__init__()
        self.log_vars = nn.Parameter(torch.zeros(2))
        self.losses = nn.ModuleList([nn.CrossEntropyLoss(), nn.L1Loss()])

    def forward(self, outputs, targets):
        total = 0
        for s, loss, output, target in zip(self.log_vars, self.losses, outputs, targets, strict=True):
            total = total + torch.exp(-s) * loss(output, target) + s
        return total


def program(v: Variation) -> Program:
    image = torch.randn(v.rows, 2, 10, 10)
    inner = image[:, :, 1:-1, 1:-1]
    semantic = torch.bucketize(inner[:, 0] + 0.2 * torch.randn(v.rows, 8, 8), torch.tensor([-0.5, 0.5]))
    depth = inner[:, 1:] - 0.5 * inner[:, :1] + 0.2 * torch.randn(v.rows, 1, 8, 8)
    return Program(MultiTaskNet(v.width // 2), UncertaintyWeighting(), image, (semantic, depth))
