"""A linear chain of tags: the loss compares the true path with all paths, by a recursion over time, and learns how
tags follow each other.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Chain(nn.Module):
    """A conditional random field; its transitions are parameters of the loss."""

    def __init__(self, tags):
        super().__init__()
        self.transitions = nn.Parameter(0.1 * torch.randn(tags, tags))

    def forward(self, emissions, tags):
        path = emissions.gather(2, tags.unsqueeze(2)).sum((1, 2)) + self.transitions[tags[:, :-1], tags[:, 1:]].sum(1)
        all_paths = emissions[:, 0]
        for t in range(1, emissions.shape[1]):
            all_paths = torch.logsumexp(all_paths.unsqueeze(2) + self.transitions, dim=1) + emissions[:, t]
        return (all_paths.logsumexp(1) - path).mean()


class Emissions(nn.Module):
    def __init__(self, width, tags):
        super().__init__()
        self.words = nn.Embedding(50, width)
        self.lstm = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)
        self.out = nn.Linear(width, tags)

    def forward(self, words):
        return self.out(self.lstm(self.words(words))[0])


def program(v: Variation) -> Program:
    tags = (torch.randint(4, (v.rows, 1)) + torch.randint(0, 2, (v.rows, 7)).cumsum(1)) % 4
    words = torch.where(torch.rand(v.rows, 7) < 0.8, tags * 12 + torch.randint(12, (v.rows, 7)), 49)
    return Program(Emissions(v.width, 4), Chain(4), words, tags)
