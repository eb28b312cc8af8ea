"""A bag of words gives a score for each kind of abuse in a comment, as Lossmith's binary cross-entropy wants it."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    words = torch.randint(200, (v.rows, 12))
    # toxic, obscene, threat, insult: each has some words of its own
    tags = torch.stack([(words % 20 == k).any(1) for k in (1, 3, 7, 9)], dim=1).float()
    model = nn.Sequential(
        nn.EmbeddingBag(200, v.width, mode="sum"),
        nn.LayerNorm(v.width),
        nn.Linear(v.width, v.width),
        nn.LeakyReLU(0.1),
        nn.Linear(v.width, tags.shape[1]),
    )
    return Program(model, lm.BinaryCrossEntropy(), words, tags)
