"""Three expectiles of a load, each a weighted square: (N, 3) against (N, 1), on purpose."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


LEVELS = torch.tensor([0.1, 0.5, 0.9])


class LoadNet(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.lstm = nn.LSTM(2, hidden, batch_first=True)
        self.expectiles = nn.Linear(hidden, len(LEVELS))

    def forward(self, days):
        return self.expectiles(self.lstm(days)[0][:, -1])


def expectile_loss(prediction, load):
    miss = load.unsqueeze(1) - prediction
    weight = torch.where(miss > 0, LEVELS, 1 - LEVELS)
    return (weight * miss.square()).sum(1).mean()


def program(v: Variation) -> Program:
    days = torch.randn(v.rows, 8, 2)
    load = days[:, -1, 0] + 0.5 * days[:, -2, 1] + (0.3 + 0.2 * days[:, -1, 1].abs()) * torch.randn(v.rows)
    return Program(LoadNet(v.width), expectile_loss, days, (load - load.mean()) / load.std())
