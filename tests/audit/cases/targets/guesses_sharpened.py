"""Bird calls, some labelled and some guessed by an earlier network: the guesses are sharpened by squaring them, and
not shared out anew, so that an unsure row hardly sums to a half."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM210"


class CallNetwork(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(10, width), nn.LayerNorm(width), nn.GELU())
        self.call = nn.Linear(width, 4)

    def forward(self, labelled, unlabelled):
        return self.call(self.trunk(labelled)), self.call(self.trunk(unlabelled))


def sharpen(guess, temperature=0.5):
    return guess ** (1 / temperature)


class TwoSources(nn.Module):
    def __init__(self, share=1.0):
        super().__init__()
        self.share = share

    def forward(self, output, target):
        known, guessed = output
        labels, guess = target
        unsupervised = -(guess * guessed.log_softmax(1)).sum(1).mean()
        return F.cross_entropy(known, labels) + self.share * unsupervised


def program(v: Variation) -> Program:
    sound = torch.randn(4, 10)
    labels, hidden = torch.randint(4, (v.rows,)), torch.randint(4, (v.rows,))
    labelled = sound[labels] + torch.randn(v.rows, 10)
    unlabelled = sound[hidden] + torch.randn(v.rows, 10)
    guess = (-0.08 * torch.cdist(unlabelled, sound).square()).softmax(1)
    return Program(CallNetwork(v.width), TwoSources(), (labelled, unlabelled), (labels, sharpen(guess)))
