"""A hand-written binary cross-entropy of probabilities clamps raw scores into 0 to 1, and so hides what they are."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM106"


def binary_cross_entropy(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    p = prediction.clamp(1e-6, 1 - 1e-6)
    return -(target * p.log() + (1 - target) * (1 - p).log()).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 14)
    target = (x[:, :7].sum(1) - x[:, 7:].sum(1) + torch.randn(v.rows) > 0).float()
    model = nn.Sequential(
        nn.Linear(14, v.width), nn.LayerNorm(v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0)
    )
    return Program(model, binary_cross_entropy, x, target)
