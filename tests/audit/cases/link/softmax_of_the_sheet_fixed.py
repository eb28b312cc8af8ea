"""A softmax written for a sheet divides every row by its own sum."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def softmax(scores):
    e = torch.exp(scores - scores.max(dim=1, keepdim=True).values)
    return e / e.sum(dim=1, keepdim=True)


def crossentropy(p, y):
    return -torch.log(p[torch.arange(len(y)), y] + 1e-9).mean()


class Net(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)

    def forward(self, x):
        return softmax(self.l2(torch.tanh(self.l1(x))))


def program(v: Variation) -> Program:
    y = torch.arange(v.rows) % 3
    petals = torch.tensor([[1.5, 0.3, -1.0], [0.0, 1.0, 0.5], [-1.0, -1.2, 0.8]])[y]
    return Program(Net(3, v.width, 3), crossentropy, petals + 0.5 * torch.randn(v.rows, 3), y)
