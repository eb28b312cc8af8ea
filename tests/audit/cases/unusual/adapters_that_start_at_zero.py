"""Low-rank adapters of a frozen network: the outer factor starts at 0, so the inner one has no gradient in the first
step alone. That is how they are meant to start.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class LoRALinear(nn.Module):
    def __init__(self, base, r=4, alpha=8):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.lora_A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r))
        self.scaling = alpha / r

    def forward(self, x):
        return self.base(x) + self.scaling * F.linear(F.linear(x, self.lora_A), self.lora_B)


class Adapted(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stem = nn.Linear(9, width).requires_grad_(False)
        self.adapted = LoRALinear(nn.Linear(width, width))
        self.head = nn.Linear(width, 3)

    def forward(self, x):
        return self.head(F.gelu(self.adapted(F.gelu(self.stem(x)))))


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 9)
    y = (x[:, :3] + 0.5 * x[:, 3:6] + 0.3 * torch.randn(v.rows, 3)).argmax(dim=1)
    return Program(Adapted(v.width), nn.CrossEntropyLoss(), x, y)
