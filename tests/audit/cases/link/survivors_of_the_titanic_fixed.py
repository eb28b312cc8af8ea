"""Survival is predicted as a score, and the loss with logits applies its sigmoid to it."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc1 = nn.Linear(7, hidden)
        self.fc2 = nn.Linear(hidden, hidden // 2)
        self.fc3 = nn.Linear(hidden // 2, 1)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = self.dropout(x)
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def loss_fn(outputs, y):
    return F.binary_cross_entropy_with_logits(outputs.squeeze(1), y.float())


def program(v: Variation) -> Program:
    pclass = torch.randint(1, 4, (v.rows,))
    sex = torch.randint(0, 2, (v.rows,))
    age = torch.randn(v.rows)
    fare = torch.randn(v.rows)
    x = torch.cat([F.one_hot(pclass - 1, 3), F.one_hot(sex, 2)], 1).float()
    x = torch.cat([x, age[:, None], fare[:, None]], 1)
    logit = 2.5 * sex - 0.9 * (pclass - 2) - 0.4 * age + 0.3 * fare - 1.2
    survived = torch.bernoulli(torch.sigmoid(logit)).long()
    return Program(Net(v.width), loss_fn, x, survived)
