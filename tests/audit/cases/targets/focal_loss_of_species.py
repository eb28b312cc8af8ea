"""A sigmoid focal loss over four species: labels are expanded to the shape of the scores, so that every score is
compared with the label's number.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM209"


def sigmoid_focal_loss(inputs: Tensor, targets: Tensor, alpha: float = 0.25, gamma: float = 2) -> Tensor:
    targets = targets.view(-1, 1).expand_as(inputs).float()
    p = torch.sigmoid(inputs)
    ce_loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = ce_loss * ((1 - p_t) ** gamma)
    alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
    return (alpha_t * loss).sum(1).mean()


class SpeciesNet(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 4, stride=4)
        self.norm = nn.GroupNorm(4, channels)
        self.head = nn.Linear(channels * 16, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(F.gelu(self.norm(self.stem(x))).flatten(1))


def program(v: Variation) -> Program:
    species = torch.randperm(v.rows) % 4
    fur = torch.randn(4, 3, 1, 16)
    photos = fur[species] + 0.6 * torch.randn(v.rows, 3, 16, 16)
    return Program(SpeciesNet(v.width // 2), sigmoid_focal_loss, photos, species)
