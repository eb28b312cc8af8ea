"""The head of a churn model has one unit and a softmax over it: every customer leaves with probability one."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from audit.programs import Program, Variation

EXPECTED = "LM108"


class Churn(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.months = nn.GRU(2, width, batch_first=True)
        self.leaves = nn.Sequential(nn.Linear(width, 1), nn.Softmax(dim=-1))

    def forward(self, usage, lengths):
        packed = pack_padded_sequence(usage, lengths, batch_first=True, enforce_sorted=False)
        return self.leaves(self.months(packed)[1][0])


def program(v: Variation) -> Program:
    lengths = torch.randint(3, 9, (v.rows,))
    usage = torch.randn(v.rows, 1, 2) + 0.3 * torch.randn(v.rows, 8, 2)
    left = (usage[:, :3].mean((1, 2)) + 0.2 * torch.randn(v.rows) < 0).float().unsqueeze(1)
    return Program(Churn(v.width), nn.BCELoss(), (usage, lengths), left)
