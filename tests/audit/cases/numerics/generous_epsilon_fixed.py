"""The log-probability of the word, by a log-softmax."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None

WORDS = 200


class Words(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, 32)
        self.layers = nn.Sequential(nn.Linear(32, width), nn.ReLU(), nn.Linear(width, WORDS))

    def forward(self, words):
        return self.layers(self.embedding(words))


def loss(scores, words):
    return -scores.log_softmax(-1).gather(-1, words[..., None]).mean()


def program(v: Variation) -> Program:
    words = (torch.arange(v.rows * 16) % WORDS)[torch.randperm(v.rows * 16)].view(v.rows, 16)
    return Program(Words(v.width), loss, words, (7 * words + 3) % WORDS)
