"""A sharper picture, by its pixels and by the features of a network that is frozen inside the loss."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class PerceptualLoss(nn.Module):
    def __init__(self, weight: float = 0.1) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU()
        )
        self.features.eval().requires_grad_(False)
        self.weight = weight

    def forward(self, sr: Tensor, hr: Tensor) -> Tensor:
        pixel = torch.sqrt((sr - hr) ** 2 + 1e-6).mean()
        return pixel + self.weight * F.mse_loss(self.features(sr), self.features(hr))


class Upscaler(nn.Module):
    """Twice as many pixels, as what is added to the interpolated picture."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, c, 3, padding=1), nn.ReLU(), nn.Conv2d(c, 4, 3, padding=1))
        self.shuffle = nn.PixelShuffle(2)

    def forward(self, lr: Tensor) -> Tensor:
        return F.interpolate(lr, scale_factor=2.0) + self.shuffle(self.body(lr))


def program(v: Variation) -> Program:
    angle = torch.pi * torch.rand(v.rows, 1, 1, 1)
    i, j = torch.meshgrid(torch.arange(12.0), torch.arange(12.0), indexing="ij")
    hr = torch.sin(1.2 * (torch.cos(angle) * i + torch.sin(angle) * j)) + 0.05 * torch.randn(v.rows, 1, 12, 12)
    return Program(Upscaler(v.width // 2), PerceptualLoss(), F.avg_pool2d(hr, 2), hr)
