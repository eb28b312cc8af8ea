"""Cross-entropy of a picture, and twelve times the Jensen-Shannon divergence between it and two mixed ones."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ConvNet(nn.Module):
    """Takes a picture and two of its mixtures in one pass."""

    def __init__(self, width, classes):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten())
        self.fc = nn.Sequential(nn.Linear(8 * 16, width), nn.ReLU(), nn.Linear(width, classes))

    def forward(self, *pictures):
        return self.fc(self.features(torch.cat(pictures))).chunk(len(pictures))


def augmix_loss(logits, label, weight=12.0):
    clean = F.cross_entropy(logits[0], label)
    p = [each.softmax(dim=1) for each in logits]
    mixture = torch.clamp(torch.stack(p).mean(dim=0), 1e-7, 1).log()
    js = sum(F.kl_div(mixture, each, reduction="batchmean") for each in p) / len(p)
    return clean + weight * js


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 6
    picture = torch.randn(6, 1, 8, 8)[label] + 0.6 * torch.randn(v.rows, 1, 8, 8)
    share = torch.rand(2, v.rows, 1, 1, 1) / 2
    first = (1 - share[0]) * picture + share[0] * picture.roll(1, dims=3)
    second = (1 - share[1]) * picture + share[1] * picture.flip(2) + 0.3 * torch.randn_like(picture)
    return Program(ConvNet(v.width, 6), augmix_loss, (picture, first, second), label)
