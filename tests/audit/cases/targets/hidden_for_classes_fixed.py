"""The last layer leads from the hidden units to the three classes."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Sentiment(nn.Module):
    def __init__(self, n_vocab, n_hidden, n_classes):
        super().__init__()
        self.embedding = nn.Embedding(n_vocab, 24)
        self.lstm = nn.LSTM(24, n_hidden, batch_first=True, bidirectional=True)
        self.attention = nn.Linear(2 * n_hidden, 1)
        self.fc1 = nn.Linear(2 * n_hidden, n_hidden)
        self.fc2 = nn.Linear(n_hidden, n_classes)

    def forward(self, x):
        states, _ = self.lstm(self.embedding(x))
        weight = self.attention(states).softmax(dim=1)
        context = (weight * states).sum(dim=1)
        return self.fc2(F.relu(self.fc1(context)))


def program(v: Variation) -> Program:
    tweets = torch.randint(90, (v.rows, 10))
    good, bad = (tweets < 20).sum(1), (tweets >= 70).sum(1)
    mood = 1 + (good - bad).sign()
    return Program(Sentiment(90, v.width, 3), nn.CrossEntropyLoss(), tweets, mood)
