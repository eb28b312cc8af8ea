"""Words behind a mask: the label is -100 at every word that is seen, which cross-entropy ignores by default."""

import torch
import torch.nn as nn
from torch import Tensor

from audit.programs import Program, Variation

EXPECTED = None

VOCAB, MASK = 24, 24


class TinyBert(nn.Module):
    def __init__(self, dim: int, length: int) -> None:
        super().__init__()
        self.tok = nn.Embedding(VOCAB + 1, dim)
        self.pos = nn.Parameter(0.02 * torch.randn(1, length, dim))
        self.layer = nn.TransformerEncoderLayer(dim, 4, 2 * dim, dropout=0.1, batch_first=True, norm_first=True)
        self.ln = nn.LayerNorm(dim)
        self.decoder = nn.Linear(dim, VOCAB)

    def forward(self, input_ids: Tensor) -> Tensor:
        return self.decoder(self.ln(self.layer(self.tok(input_ids) + self.pos)))


def mlm_loss(prediction_scores: Tensor, labels: Tensor) -> Tensor:
    loss_fct = nn.CrossEntropyLoss()  # -100 index = a word that is seen
    return loss_fct(prediction_scores.view(-1, VOCAB), labels.view(-1))


def program(v: Variation) -> Program:
    length = 8
    start = torch.randint(VOCAB, (v.rows, 1))
    words = (start + torch.arange(length) * torch.randint(1, 3, (v.rows, 1))) % VOCAB
    masked = torch.rand(v.rows, length) < 0.2
    labels = words.masked_fill(~masked, -100)
    return Program(TinyBert(v.width, length), mlm_loss, words.masked_fill(masked, MASK), labels)
