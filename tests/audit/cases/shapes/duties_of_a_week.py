"""Seven duties on seven days: the one-hot target is transposed, so that a class meets the log-probability of a day.
Both are seven, and nothing raises."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM303"


class Roster(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.nurse = nn.Linear(16, width)
        self.day = nn.Embedding(7, width)
        self.duty = nn.Linear(width, 7)

    def forward(self, nurse):
        h = torch.tanh(self.nurse(nurse)[:, None] + self.day.weight)
        return nn.functional.log_softmax(self.duty(h), dim=-1)


def roster_loss(log_p, duty):
    chosen = torch.eye(7)[duty].transpose(1, 2)
    return -torch.einsum("ndc,ndc->nd", log_p, chosen).mean()


def program(v: Variation) -> Program:
    nurse = torch.randn(v.rows, 16)
    wish = torch.einsum("ni,idc->ndc", nurse, torch.randn(16, 7, 7)) + torch.randn(v.rows, 7, 7)
    return Program(Roster(v.width), roster_loss, nurse, wish.argmax(dim=2))
