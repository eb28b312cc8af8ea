"""Probabilities are clamped to at least 0.01 before the log.

With 200 words the first ones are 0.005, so nothing has a gradient.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"

WORDS = 200


class Words(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, 32)
        self.layers = nn.Sequential(nn.Linear(32, width), nn.ReLU(), nn.Linear(width, WORDS))

    def forward(self, words):
        return self.layers(self.embedding(words))


def loss(scores, words):
    chances = scores.softmax(-1).clamp(min=1e-2)
    return -chances.gather(-1, words[..., None]).log().mean()


def program(v: Variation) -> Program:
    words = (torch.arange(v.rows * 16) % WORDS)[torch.randperm(v.rows * 16)].view(v.rows, 16)
    return Program(Words(v.width), loss, words, (7 * words + 3) % WORDS)
