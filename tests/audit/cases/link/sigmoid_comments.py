"""A bag of words says the probability of each kind of abuse in a comment, and Lossmith's binary cross-entropy takes
scores.
"""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = "LM102"


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
        nn.Sigmoid(),
    )
    return Program(model, lm.BinaryCrossEntropy(), words, tags)
