"""A protein's residues, their structure of three kinds and how much of them water reaches: raw scores go into a
cross-entropy that leaves out the padding, which is declared.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class ResidueNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embed = nn.Embedding(21, width, padding_idx=20)
        self.context = nn.Sequential(nn.Conv1d(width, width, 5, padding=2), nn.GELU())
        self.structure = nn.Conv1d(width, 3, 1)
        self.surface = nn.Conv1d(width, 1, 1)

    def forward(self, residues):
        h = self.context(self.embed(residues).mT)
        return {"structure": self.structure(h), "surface": self.surface(h).squeeze(1)}


class ResidueLoss(nn.Module):
    def __init__(self, padding=-1, surface_weight=0.5):
        super().__init__()
        self.structure = nn.CrossEntropyLoss(ignore_index=padding)
        self.padding, self.surface_weight = padding, surface_weight

    def forward(self, output, target):
        there = target["structure"] != self.padding
        surface = F.smooth_l1_loss(output["surface"][there], target["surface"][there])
        return self.structure(output["structure"], target["structure"]) + self.surface_weight * surface


def program(v: Variation) -> Program:
    there = torch.arange(15) < torch.randint(8, 16, (v.rows, 1))
    residues = torch.randint(20, (v.rows, 15))
    tendency = 1.5 * torch.randn(20, 3)[residues]
    tendency = tendency + 0.5 * tendency.roll(1, dims=1) + 0.5 * tendency.roll(-1, dims=1)
    structure = tendency.sub(tendency.mean(dim=(0, 1))).argmax(dim=2)
    surface = torch.randn(20)[residues] + 0.2 * torch.randn(v.rows, 15)
    target = {"structure": structure.masked_fill(~there, -1), "surface": surface}
    return Program(ResidueNet(v.width), ResidueLoss(), residues.masked_fill(~there, 20), target)
