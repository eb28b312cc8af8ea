"""A small transformer over padded text: padding is declared to the loss, which divides by the true tokens."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None

PAD, VOCABULARY, LENGTH = 0, 13, 12


class LanguageModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, 32, padding_idx=PAD)
        self.places = nn.Parameter(0.1 * torch.randn(LENGTH, 32))
        self.layer = nn.TransformerEncoderLayer(32, 4, 2 * width, dropout=0.0, batch_first=True, norm_first=True)
        self.norm = nn.LayerNorm(32)
        self.head = nn.Linear(32, VOCABULARY)

    def forward(self, tokens):
        future = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
        return self.head(self.norm(self.layer(self.tokens(tokens) + self.places, src_mask=future)))


def loss(scores, tokens):
    return F.cross_entropy(scores.view(-1, VOCABULARY), tokens.reshape(-1), ignore_index=PAD)


def program(v: Variation) -> Program:
    text = torch.randint(1, VOCABULARY, (v.rows, LENGTH + 1))
    for place in range(2, LENGTH + 1):
        text[:, place] = 1 + (text[:, place - 1] + text[:, place - 2]) % (VOCABULARY - 1)
    lengths = torch.randint(5, LENGTH + 2, (v.rows, 1))
    text = text.where(torch.arange(LENGTH + 1) < lengths, PAD)
    return Program(LanguageModel(v.width), loss, text[:, :-1], text[:, 1:])
