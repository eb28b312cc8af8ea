"""A graph convolution over papers and their citations ends in scores, which cross-entropy of the labelled papers
takes.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class GCN(nn.Module):
    def __init__(self, features, hidden, classes):
        super().__init__()
        self.conv1 = nn.Linear(features, hidden)
        self.conv2 = nn.Linear(hidden, classes)

    def forward(self, x, adj):
        x = F.relu(adj @ self.conv1(x))
        x = adj @ self.conv2(x)
        return x


def program(v: Variation) -> Program:
    field = torch.arange(v.rows) % 3
    cites = torch.rand(v.rows, v.rows) < torch.where(field[:, None] == field, 0.3, 0.05)
    adj = ((cites | cites.T).float() + torch.eye(v.rows)).clamp(max=1)
    degree = adj.sum(1).rsqrt()
    words = (torch.rand(v.rows, 24) < torch.where(torch.arange(24) % 3 == field[:, None], 0.5, 0.1)).float()
    # papers without a label stay in the graph, and out of the loss
    labels = torch.where(torch.rand(v.rows) < 0.7, field, -100)
    return Program(GCN(24, v.width, 3), F.cross_entropy, (words, degree[:, None] * adj * degree), labels)
