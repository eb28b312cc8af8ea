"""Sentiment by a GRU in both directions: the last states of both halves are joined."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SentimentGRU(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Embedding(40, width)
        self.gru = nn.GRU(width, width, batch_first=True, bidirectional=True)
        self.dense = nn.Linear(2 * width, width)
        self.out = nn.Linear(width, 1)

    def forward(self, text):
        _, hidden = self.gru(self.embedding(text))
        cat = torch.cat((hidden[-2, :, :], hidden[-1, :, :]), dim=1)
        return self.out(torch.celu(self.dense(cat)))


class SentimentLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.bce = nn.BCEWithLogitsLoss()

    def forward(self, logits, labels):
        return self.bce(logits.squeeze(1), labels.float())


def program(v: Variation) -> Program:
    text = torch.randint(40, (v.rows, 11))
    mood = torch.randn(40)[text].sum(1) + 0.5 * torch.randn(v.rows)
    return Program(SentimentGRU(v.width), SentimentLoss(), text, mood > 0.3)
