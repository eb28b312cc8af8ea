"""Exon, intron or neither along a genome: the class axis is moved behind the positions before it is flattened."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class GeneFinder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.motif = nn.Conv1d(4, width, 7, padding=3)
        self.wide = nn.Conv1d(width, width, 3, padding=4, dilation=4)
        self.kind = nn.Conv1d(width, 3, 1)

    def forward(self, bases):
        h = F.relu(self.motif(bases))
        return self.kind(h + F.relu(self.wide(h)))


def loss(scores, kind):
    return F.cross_entropy(scores.transpose(1, 2).reshape(-1, 3), kind.view(-1), label_smoothing=0.02)


def program(v: Variation) -> Program:
    kind = torch.randint(0, 3, (v.rows, 6)).repeat_interleave(8, dim=1)
    habits = torch.tensor([[0.1, 0.4, 0.4, 0.1], [0.6, 0.1, 0.1, 0.2], [0.1, 0.1, 0.2, 0.6]])
    base = torch.distributions.Categorical(habits[kind]).sample()
    return Program(GeneFinder(v.width), loss, F.one_hot(base, 4).float().transpose(1, 2), kind)
