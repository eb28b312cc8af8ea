"""Moods of a song, second by second, as twelve listeners saw them: the hand-written divergence ends in a mean over
the moods as well, and is a ninth of what it is called.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM403"


class MoodTracker(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.rnn = nn.LSTM(6, width, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * width, 9)

    def forward(self, chroma):
        states, _ = self.rnn(chroma)
        return torch.log_softmax(self.out(states), dim=-1)


def kl_loss(log_q, p, eps=1e-8):
    kl = p * ((p + eps).log() - log_q)
    return kl.mean()


def program(v: Variation) -> Program:
    chroma = torch.randn(v.rows, 10, 6)
    mood = torch.softmax(1.5 * chroma @ torch.randn(6, 9), dim=-1)
    votes = torch.distributions.Multinomial(12, mood).sample()
    return Program(MoodTracker(v.width), kl_loss, chroma, votes / 12)
