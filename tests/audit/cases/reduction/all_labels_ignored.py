"""The labels before the answer are masked with -100, but the marker of the answer is looked up under a wrong id.

Every label is masked, and the mean over nothing is NaN.

Source: https://github.com/pytorch/pytorch/issues/70348
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM502"

MARKER, VOCABULARY, LENGTH = 10, 11, 6


class LanguageModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, 32)
        self.places = nn.Parameter(torch.randn(2 * LENGTH, 32) * 0.1)
        self.layer = nn.TransformerEncoderLayer(32, 4, 2 * width, dropout=0.0, batch_first=True)
        self.head = nn.Linear(32, VOCABULARY)

    def forward(self, tokens):
        future = torch.ones(tokens.shape[1], tokens.shape[1], dtype=torch.bool).triu(1)
        return self.head(self.layer(self.tokens(tokens) + self.places[: tokens.shape[1]], src_mask=future))


def program(v: Variation) -> Program:
    question = torch.randint(10, (v.rows, LENGTH))
    text = torch.cat([question, torch.full((v.rows, 1), MARKER), (question + 3) % 10], 1)
    answered = (text == MARKER + 1).cumsum(1) > 0
    labels = text[:, 1:].where(answered[:, :-1], -100)
    return Program(LanguageModel(v.width), lambda scores, y: F.cross_entropy(scores.mT, y), text[:, :-1], labels)
