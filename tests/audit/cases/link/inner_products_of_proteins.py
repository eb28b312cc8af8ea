"""A graph autoencoder decodes an edge as an inner product, any number, and the cross-entropy wants a probability."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM106"


class GraphAutoencoder(nn.Module):
    def __init__(self, features, width):
        super().__init__()
        self.first = nn.Linear(features, width)
        self.second = nn.Linear(width, 8)

    def forward(self, x, adjacency):
        spread = adjacency / adjacency.sum(1, keepdim=True)
        z = self.second(spread @ F.relu(self.first(spread @ x)))
        return z @ z.T - 0.5


def edge_loss(decoded, adjacency):
    """Half of the weight on the edges, half on their absence."""
    edges = adjacency.sum()
    weight = torch.where(adjacency > 0, 0.5 / edges, 0.5 / (adjacency.numel() - edges))
    return F.binary_cross_entropy(decoded, adjacency, weight=weight, reduction="sum")


def program(v: Variation) -> Program:
    complex_ = torch.arange(v.rows) % 4
    together = complex_[:, None] == complex_
    edges = torch.bernoulli(torch.where(together, 0.6, 0.05)).triu(1)
    adjacency = edges + edges.T + torch.eye(v.rows)
    x = F.one_hot(complex_, 4).float() + 0.5 * torch.randn(v.rows, 4)
    return Program(GraphAutoencoder(4, v.width), edge_loss, (x, adjacency), adjacency)
