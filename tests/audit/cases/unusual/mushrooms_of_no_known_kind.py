"""Each mushroom of the collection is of exactly one of five kinds, but others grow in the wood: these are shown as
well, and belong to none. Only sigmoids of their own can all say no."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MushroomNetwork(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(9, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.kinds = nn.Linear(width, 5)

    def forward(self, known, others):
        return self.kinds(self.trunk(known)), self.kinds(self.trunk(others))


class OneAgainstTheRest(nn.Module):
    def __init__(self, kinds=5, others_weight=0.5):
        super().__init__()
        self.others_weight = others_weight
        self.register_buffer("positive_weight", torch.full((kinds,), kinds - 1.0))

    def forward(self, output, kind):
        known, others = output
        one = F.one_hot(kind, known.shape[1]).float()
        in_collection = F.binary_cross_entropy_with_logits(known, one, pos_weight=self.positive_weight)
        return in_collection + self.others_weight * F.softplus(others).mean()


def program(v: Variation) -> Program:
    kind = torch.randperm(v.rows) % 5
    looks = 1.5 * torch.randn(5, 9)
    known = looks[kind] + 0.7 * torch.randn(v.rows, 9)
    others = 1.5 * torch.randn(v.rows, 9)
    return Program(MushroomNetwork(v.width), OneAgainstTheRest(), (known, others), kind)
