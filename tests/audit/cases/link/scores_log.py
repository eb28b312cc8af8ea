"""A hand-written loss takes the logarithm of the true class's raw score, which is NaN where the score is negative."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM106"


def negative_log_likelihood(prediction: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    return -torch.log(prediction).gather(1, label.unsqueeze(1)).mean()


class Sequences(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.reader = nn.GRU(3, width, batch_first=True)
        self.head = nn.Linear(width, 3)

    def forward(self, series: torch.Tensor) -> torch.Tensor:
        _, last = self.reader(series)
        return self.head(last[-1])


def program(v: Variation) -> Program:
    series = torch.randn(v.rows, 6, 3)
    label = (series.mean(1) + 0.1 * torch.randn(v.rows, 3)).argmax(1)
    return Program(Sequences(v.width), negative_log_likelihood, series, label)
