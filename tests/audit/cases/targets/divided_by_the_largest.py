"""Listeners' votes for four moods are divided by the largest of them, not by their sum: rows of a soft cross-entropy
that sum to more than 1.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM210"


class Moods(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(20)
        self.rnn = nn.RNN(20, width, nonlinearity="tanh", batch_first=True)
        self.moods = nn.Linear(width, 4)

    def forward(self, spectrogram):
        return self.moods(self.rnn(self.norm(spectrogram))[0].mean(dim=1))


class SoftCrossEntropy(nn.Module):
    def forward(self, scores, target):
        return -(target * F.log_softmax(scores, dim=1)).sum(dim=1).mean()


def program(v: Variation) -> Program:
    song = torch.randn(v.rows, 1, 20)
    spectrogram = song + 0.5 * torch.randn(v.rows, 8, 20)
    opinion = (1.5 * song[:, 0, :4] + 0.3 * torch.randn(v.rows, 4)).softmax(1)
    votes = torch.distributions.Multinomial(30, opinion).sample()
    target = votes / votes.amax(dim=1, keepdim=True)
    return Program(Moods(v.width), SoftCrossEntropy(), spectrogram, target)
