"""One payment in 200 is a fraud, and the plain mean is nearly all about the others.

Calling nothing a fraud costs 0.03.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM705"


def program(v: Variation) -> Program:
    payments = 32 * v.rows
    x = torch.randn(payments, 10)
    suspicion = x[:, 0] + x[:, 1] * x[:, 2] + 0.3 * torch.randn(payments)
    fraud = (suspicion > suspicion.quantile(1 - 1 / 200)).float()
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    loss = nn.BCEWithLogitsLoss()
    return Program(model, loss, x, fraud)
