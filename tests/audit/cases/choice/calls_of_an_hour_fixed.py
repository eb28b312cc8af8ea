"""How many calls a hotline gets in each hour, a count of few, by a recurrent network and Lossmith's Poisson."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class CallVolume(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.rnn = nn.LSTM(input_size=3, hidden_size=hidden, batch_first=True)
        self.dense = nn.Linear(hidden, 1)

    def forward(self, x):
        out, (_h, _c) = self.rnn(x)
        return self.dense(out).reshape(x.size(0), x.size(1))


def program(v: Variation) -> Program:
    hour = torch.arange(24) * 2 * torch.pi / 24
    campaign = torch.randn(v.rows, 24)
    x = torch.stack([hour.sin().expand(v.rows, 24), hour.cos().expand(v.rows, 24), campaign], dim=2)
    calls = torch.poisson((0.3 + 0.8 * hour.sin() + 0.5 * campaign).exp())
    return Program(CallVolume(v.width), lm.Poisson(), x, calls)
