"""The likelihood of a sequence is multiplied out before the log.

40 probabilities of about 1/20 are 0 in single precision, and their log is −∞.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM601"

VOCABULARY, LENGTH = 20, 40


class Tagger(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 16)
        self.recurrent = nn.LSTM(16, width, batch_first=True)
        self.head = nn.Linear(width, VOCABULARY)

    def forward(self, tokens):
        return self.head(self.recurrent(self.embedding(tokens))[0])


def sequence_likelihood(scores, labels):
    chances = scores.softmax(-1).gather(-1, labels[..., None]).squeeze(-1)
    return -chances.prod(1).log().mean()


def program(v: Variation) -> Program:
    tokens = torch.randint(VOCABULARY, (v.rows, LENGTH))
    labels = (tokens + tokens.roll(1, 1)) % VOCABULARY
    labels[:, 0] = tokens[:, 0]
    return Program(Tagger(v.width), sequence_likelihood, tokens, labels)
