"""Six kinds of strokes are 0 to 5, and 6, with which the collate function pads, is declared to be ignored."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class Strokes(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.rnn = nn.LSTM(2, hidden, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, 6))

    def forward(self, pen):
        return self.mlp(self.rnn(pen)[0]).reshape(-1, 6)


def program(v: Variation) -> Program:
    kind = torch.randint(6, (v.rows, 12))
    angle = kind * 6.283 / 6 + 0.2 * torch.randn(v.rows, 12)
    pen = torch.stack([angle.cos(), angle.sin()], dim=2)
    padding = torch.arange(12) >= torch.randint(6, 12, (v.rows, 1))
    pen = pen.masked_fill(padding[..., None], 0.0)
    criterion = lm.Criterion(lm.CrossEntropy(), ignore_index=6)
    return Program(Strokes(v.width), criterion, pen, kind.masked_fill(padding, 6).flatten())
