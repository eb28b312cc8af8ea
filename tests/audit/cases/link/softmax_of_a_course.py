"""A softmax copied from a course that keeps examples in columns: here they are rows, and each class sums to 1."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM107"


def softmax(z):
    e = torch.exp(z - z.max())
    return e / e.sum(0, keepdim=True)


class TwoLayerNet(nn.Module):
    def __init__(self, n_x, n_h, n_y):
        super().__init__()
        self.linear1 = nn.Linear(n_x, n_h)
        self.linear2 = nn.Linear(n_h, n_y)

    def forward(self, X):
        A1 = torch.tanh(self.linear1(X))
        return softmax(self.linear2(A1))


def compute_cost(AL, Y):
    m = Y.shape[0]
    return -torch.sum(Y * torch.log(AL)) / m


def program(v: Variation) -> Program:
    y = torch.randperm(v.rows) % 6
    hands = torch.randn(6, 15)
    X = hands[y] + 0.7 * torch.randn(v.rows, 15)
    return Program(TwoLayerNet(15, v.width, 6), compute_cost, X, torch.eye(6)[y])
