"""A standardised temperature under the logistic loss of yes and no: above 1 and below 0 the loss falls without end."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM702"


class Weather(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.recurrent = nn.GRU(3, width, batch_first=True)
        self.head = nn.Linear(width, 1)

    def forward(self, series):
        return self.head(self.recurrent(series)[0][:, -1]).squeeze(1)


def program(v: Variation) -> Program:
    series = torch.randn(v.rows, 10, 3)
    temperature = series[:, -3:, 0].sum(1) - series[:, -1, 1] + 0.2 * torch.randn(v.rows)
    temperature = (temperature - temperature.mean()) / temperature.std()
    return Program(Weather(v.width), nn.BCEWithLogitsLoss(), series, temperature)
