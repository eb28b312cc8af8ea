"""A recurrent net ends in a linear layer: tomorrow's anomaly of temperature lies on both sides of 0."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Weather(nn.Module):
    def __init__(self, stations, hidden):
        super().__init__()
        self.lstm = nn.LSTM(stations, hidden, batch_first=True)
        self.head = nn.Linear(hidden, stations)

    def forward(self, days):
        _, (h, _) = self.lstm(days)
        return self.head(h.squeeze(0))


def program(v: Variation) -> Program:
    days = torch.randn(v.rows, 1, 3).repeat(1, 11, 1)
    for t in range(1, 11):
        days[:, t] = 0.9 * days[:, t - 1] + 0.4 * torch.randn(v.rows, 3)
    return Program(Weather(3, v.width), lambda p, t: (p - t).abs().mean(), days[:, :-1], days[:, -1])
