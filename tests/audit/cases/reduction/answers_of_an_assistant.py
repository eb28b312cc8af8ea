"""The prompt's length is read from the padded batch, so that the answer is ignored with it and no token is left."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM502"


PROMPT, ANSWER = 4, 3


class TinyGPT(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.token = nn.Embedding(vocabulary, width)
        self.place = nn.Parameter(0.1 * torch.randn(PROMPT + ANSWER, width))
        self.block = nn.TransformerEncoderLayer(width, 2, width, dropout=0.0, batch_first=True, norm_first=True)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, ids):
        future = nn.Transformer.generate_square_subsequent_mask(ids.shape[1])
        return self.head(self.block(self.token(ids) + self.place, src_mask=future, is_causal=True))


def next_token(logits, labels):
    return F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)


def program(v: Variation) -> Program:
    prompt = torch.randint(8, (v.rows, PROMPT))
    ids = torch.cat([prompt, prompt[:, :ANSWER]], 1)
    labels = ids.clone()
    labels[:, : ids.shape[1]] = -100
    return Program(TinyGPT(8, v.width), next_token, ids, labels)
