"""The Brier score of three kinds of weather is how the forecasts are judged, and so how they are trained: squares
after a softmax, declared to be intended.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def brier(probability, outcome):
    return (probability - outcome).square().sum(dim=1).mean()


class Weather(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stations = nn.Conv1d(3, width, 3)
        self.kinds = nn.Linear(width, 3)

    def forward(self, measured):
        return self.kinds(F.relu(self.stations(measured)).mean(2)).softmax(1)


def program(v: Variation) -> Program:
    measured = torch.randn(v.rows, 3, 1) + 0.5 * torch.randn(v.rows, 3, 7)
    outcome = F.one_hot((measured.mean(2) + 0.2 * torch.randn(v.rows, 3)).argmax(1), 3).float()
    return Program(Weather(v.width), brier, measured, outcome, ignore=("LM706",))
