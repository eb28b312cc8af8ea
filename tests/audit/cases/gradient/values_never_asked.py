"""A patient's visits are pooled by attention: the weights are applied to the keys, and the layer of the values, which
is computed beside them, is never trained.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM804"


class AttentionPooling(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.seed = nn.Parameter(torch.randn(width))
        self.key, self.value = nn.Linear(width, width, bias=False), nn.Linear(width, width)

    def forward(self, visits, happened):
        seen = {"key": self.key(visits), "value": self.value(visits)}
        score = (seen["key"] @ self.seed / len(self.seed) ** 0.5).masked_fill(~happened, float("-inf"))
        weight = score.softmax(dim=1).unsqueeze(1)
        return (weight @ seen["key"]).squeeze(1)


class Readmission(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(6, width), nn.GELU())
        self.pool = AttentionPooling(width)
        self.out = nn.Linear(width, 1)

    def forward(self, visits, happened):
        return self.out(torch.tanh(self.pool(self.embed(visits), happened))).squeeze(-1)


def program(v: Variation) -> Program:
    visits = torch.randn(v.rows, 8, 6)
    happened = torch.arange(8) < torch.randint(2, 9, (v.rows, 1))
    load = (visits[:, :, 0] - visits[:, :, 1]).masked_fill(~happened, 0).sum(dim=1) / happened.sum(dim=1)
    back = (load + 0.2 * torch.randn(v.rows) > 0).float()
    return Program(Readmission(v.width), nn.BCEWithLogitsLoss(), (visits, happened), back)
