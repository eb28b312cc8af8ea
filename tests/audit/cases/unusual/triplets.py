"""Triplets of embeddings under a margin: the model returns three tensors, and there is no target."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Embedder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(16, width), nn.ReLU(), nn.Linear(width, 8))

    def forward(self, anchor, positive, negative):
        return self.layers(anchor), self.layers(positive), self.layers(negative)


class Triplets(nn.Module):
    def __init__(self):
        super().__init__()
        self.margin = nn.TripletMarginLoss(margin=1.0)

    def forward(self, embeddings, target):
        return self.margin(*embeddings)


def program(v: Variation) -> Program:
    centres = torch.randn(5, 16)
    own = torch.arange(v.rows) % 5
    other = (own + torch.randint(1, 5, (v.rows,))) % 5
    views = tuple(centres[kind] + 0.7 * torch.randn(v.rows, 16) for kind in (own, own, other))
    return Program(Embedder(v.width), Triplets(), views, None)
