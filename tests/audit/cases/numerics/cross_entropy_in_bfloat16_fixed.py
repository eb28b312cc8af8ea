"""Autocast ends in the model; its scores are raised to single precision before the loss."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None

VOCABULARY = 16


class NextToken(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 16)
        self.layers = nn.Sequential(nn.Linear(64, width), nn.GELU(), nn.Linear(width, VOCABULARY))

    def forward(self, context):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.layers(self.embedding(context).flatten(1))


def loss(scores, token):
    return F.cross_entropy(scores.float(), token)


def program(v: Variation) -> Program:
    context = torch.randint(VOCABULARY, (v.rows, 4))
    token = torch.where(torch.rand(v.rows) < 0.1, torch.arange(v.rows) % VOCABULARY, (context[:, 3] + 5) % VOCABULARY)
    token[:VOCABULARY] = torch.arange(VOCABULARY)
    context[:VOCABULARY, 3] = (torch.arange(VOCABULARY) - 5) % VOCABULARY
    return Program(NextToken(v.width), loss, context, token)
