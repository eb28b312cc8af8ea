"""A language model whose loss is summed over the true tokens and divided by all, padding included.

Short sequences weigh less, and the loss reads too low.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM501"

PAD, VOCABULARY, LENGTH = 0, 12, 16


class LanguageModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 16, padding_idx=PAD)
        self.recurrent = nn.GRU(16, width, batch_first=True)
        self.head = nn.Linear(width, VOCABULARY)

    def forward(self, tokens):
        return self.head(self.recurrent(self.embedding(tokens))[0])


def loss(scores, tokens):
    total = F.cross_entropy(scores.flatten(0, 1), tokens.flatten(), ignore_index=PAD, reduction="sum")
    return total / tokens.numel()


def program(v: Variation) -> Program:
    tokens = [torch.randint(1, VOCABULARY, (v.rows,))]
    for _ in range(LENGTH):
        surprise = torch.rand(v.rows) < 0.1
        tokens.append(torch.where(surprise, torch.randint(1, VOCABULARY, (v.rows,)), 1 + 2 * tokens[-1] % 11))
    text = torch.stack(tokens, 1)
    lengths = torch.randint(4, LENGTH + 2, (v.rows, 1))
    text = torch.where(torch.arange(LENGTH + 1) < lengths, text, PAD)
    return Program(LanguageModel(v.width), loss, text[:, :-1], text[:, 1:])
