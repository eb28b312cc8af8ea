"""The loss is as it is; that one batch is worse than another is left to the clipping of gradients."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class CellTypeNet(nn.Module):
    def __init__(self, n_genes, hidden, n_types=16):
        super().__init__()
        self.norm = nn.LayerNorm(n_genes)
        self.block1 = nn.Sequential(nn.Linear(n_genes, hidden), nn.Mish(), nn.Dropout(0.05))
        self.block2 = nn.Sequential(nn.Linear(hidden, hidden), nn.Mish())
        self.classifier = nn.Linear(hidden, n_types)

    def forward(self, expression):
        x = self.block1(self.norm(expression))
        return self.classifier(x + self.block2(x))


class StableCrossEntropy(nn.Module):
    def __init__(self):
        super().__init__()
        self.ce = nn.CrossEntropyLoss()

    def forward(self, logits, target):
        return self.ce(logits, target)


def program(v: Variation) -> Program:
    cell_type = torch.arange(v.rows) % 16
    markers = torch.randn(16, 50)
    expression = torch.log1p(torch.poisson((1 + markers[cell_type]).exp().clamp(max=50)))
    return Program(CellTypeNet(50, v.width), StableCrossEntropy(), expression, cell_type)
