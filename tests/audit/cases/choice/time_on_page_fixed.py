"""How long a page is read, from seconds to an hour, under Lossmith's Gamma, whose score is the mean's logarithm."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class PageNet(nn.Module):
    def __init__(self, n_words, hidden):
        super().__init__()
        self.words = nn.EmbeddingBag(n_words, 16, mode="mean")
        self.dense = nn.Sequential(nn.Linear(18, hidden), nn.ReLU6(), nn.Linear(hidden, 1))

    def forward(self, title, extras):
        return self.dense(torch.cat([self.words(title), extras], 1))[:, 0]


def program(v: Variation) -> Program:
    title, extras = torch.randint(50, (v.rows, 6)), torch.randn(v.rows, 2)
    appeal = torch.randn(50)[title].mean(1)
    minutes = torch.exp(appeal + 1.1 * extras[:, 0] + 0.9 * torch.randn(v.rows))
    return Program(PageNet(50, v.width), lm.Gamma(), (title, extras), minutes)
