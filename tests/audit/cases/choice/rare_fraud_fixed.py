"""One payment in 200 is a fraud, and weighs as much as the other 199."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    payments = 32 * v.rows
    x = torch.randn(payments, 10)
    suspicion = x[:, 0] + x[:, 1] * x[:, 2] + 0.3 * torch.randn(payments)
    fraud = (suspicion > suspicion.quantile(1 - 1 / 200)).float()
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(199.0))
    return Program(model, loss, x, fraud)
