"""A recurrent layer by hand has weights of variance 1/n and a ReLU: states do not grow over 16 steps."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MyRNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.W_xh = nn.Parameter(torch.randn(input_size, hidden_size) * (1 / input_size) ** 0.5)
        self.W_hh = nn.Parameter(torch.randn(hidden_size, hidden_size) * (1 / hidden_size) ** 0.5)
        self.b_h = nn.Parameter(torch.zeros(hidden_size))
        self.fc = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        h = torch.zeros(x.size(0), self.W_hh.size(0))
        for t in range(x.size(1)):
            h = torch.relu(x[:, t] @ self.W_xh + h @ self.W_hh + self.b_h)
        return self.fc(h)


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 16, 4)
    y = torch.stack([x[:, -4:, 0].mean(1), x[:, -2:, 1].mean(1)], dim=1) + 0.1 * torch.randn(v.rows, 2)
    return Program(MyRNN(4, v.width, 2), nn.MSELoss(), x, y)
