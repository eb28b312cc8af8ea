"""Scans of two hospitals, labels from one: cross-entropy there, and the distance of the two sets of features."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


def mmd(x: Tensor, y: Tensor) -> Tensor:
    """Squared maximum mean discrepancy under Gaussian kernels of three widths."""
    both = torch.cat([x, y])
    distance = (both[:, None] - both[None]).square().sum(-1)
    scale = distance.detach().mean()
    k = sum(torch.exp(-distance / (scale * s)) for s in (0.5, 1.0, 2.0)) / 3
    n = len(x)
    return k[:n, :n].mean() + k[n:, n:].mean() - 2 * k[:n, n:].mean()


class Adapted(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(12, width), nn.Mish(), nn.Linear(width, 8))
        self.classifier = nn.Linear(8, 2)

    def forward(self, source: Tensor, other: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        z_s, z_t = self.encoder(source), self.encoder(other)
        return self.classifier(z_s), z_s, z_t


def loss(out: tuple[Tensor, Tensor, Tensor], y: Tensor) -> Tensor:
    logits, z_s, z_t = out
    return F.cross_entropy(logits, y) + 0.5 * mmd(z_s, z_t)


def program(v: Variation) -> Program:
    y = torch.randperm(v.rows) % 2
    direction = torch.randn(12)
    source = (2 * y[:, None] - 1) * direction * 0.5 + torch.randn(v.rows, 12)
    sick = torch.randint(2, (v.rows // 2, 1))
    other = (2 * sick - 1) * direction * 0.5 + torch.randn(v.rows // 2, 12) + 0.5
    return Program(Adapted(v.width), loss, (source, other), y)
