"""The distance of each embedding to itself is sqrt(0), whose slope is infinite: the gradient is NaN.

Source: https://github.com/huggingface/sentence-transformers/pull/4033
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM602"


def contrastive(embeddings, labels):
    squares = (embeddings[:, None] - embeddings[None]).square().sum(-1)
    distances = squares.sqrt()
    same = labels[:, None] == labels[None]
    pulled = distances.square()[same].mean()
    return pulled + torch.relu(1 - distances)[~same].square().mean()


def program(v: Variation) -> Program:
    centres = torch.randn(6, 10)
    labels = torch.arange(v.rows) % 6
    x = centres[labels] + 0.5 * torch.randn(v.rows, 10)
    model = nn.Sequential(nn.Linear(10, v.width), nn.Tanh(), nn.Linear(v.width, 8))
    return Program(model, contrastive, x, labels)
