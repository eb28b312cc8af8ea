"""Whether a wind turbine will stand still, by binary cross-entropy, and its change of power, standardised, by
squares."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class TurbineNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.past = nn.LSTM(6, width, batch_first=True)
        self.heads = nn.ModuleDict({"stands": nn.Linear(width, 1), "change": nn.Linear(width, 1)})

    def forward(self, past):
        h = self.past(past)[0][:, -1]
        return {name: head(h).squeeze(-1) for name, head in self.heads.items()}


CRITERIA = {"stands": F.binary_cross_entropy_with_logits, "change": F.mse_loss}
WEIGHTS = {"stands": 1.0, "change": 0.5}


def turbine_loss(prediction, target):
    total = 0
    for name, truth in target.items():
        losses = CRITERIA[name](prediction[name], truth, reduction="none")
        total = total + WEIGHTS[name] * losses.mean()
    return total


def program(v: Variation) -> Program:
    past = torch.randn(v.rows, 8, 6)
    wind = past[:, -3:, 0].mean(1) * 3**0.5
    stands = (wind + 0.5 * past[:, -1, 1] < -0.4).float()
    change = past[:, -1, 0] - past[:, -2, 0] + 0.4 * past[:, -1, 2] + 0.2 * torch.randn(v.rows)
    target = {"stands": stands, "change": (change - change.mean()) / change.std()}
    return Program(TurbineNet(v.width), turbine_loss, past, target)
