"""The spin in the middle of a patch is -1 or 1, and the binary cross-entropy wants 0 or 1."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM206"


def logit_of_middle(net, patch):
    """A spin and its reverse see the mirrored neighbourhood: an odd function by construction."""
    return net(patch) - net(-patch)


class Ising(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, width), nn.Softplus(), nn.Linear(width, 1, bias=False), nn.Flatten(0))

    def forward(self, patch):
        return logit_of_middle(self.net, patch)


def program(v: Variation) -> Program:
    neighbours = torch.where(torch.rand(v.rows, 8) < torch.rand(v.rows, 1), 1.0, -1.0)
    up = torch.bernoulli(torch.sigmoid(0.9 * neighbours.sum(1)))
    spin = 2 * up - 1
    return Program(Ising(v.width), F.binary_cross_entropy_with_logits, neighbours, spin)
