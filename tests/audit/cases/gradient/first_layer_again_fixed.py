"""A loop over the layers of a transformer calls each."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Encoder(nn.Module):
    def __init__(self, vocab_size, d_model, d_ff, n_layers):
        super().__init__()
        self.tok = nn.Embedding(vocab_size, d_model)
        self.pos = nn.Parameter(0.02 * torch.randn(12, d_model))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(d_model, nhead=2, dim_feedforward=d_ff, dropout=0.0, batch_first=True)
            for _ in range(n_layers)
        )
        self.cls = nn.Linear(d_model, 2)

    def forward(self, tokens):
        x = self.tok(tokens) + self.pos
        for layer in self.layers:
            x = layer(x)
        return self.cls(x.mean(dim=1))


def program(v: Variation) -> Program:
    tokens = torch.randint(20, (v.rows, 12))
    tone = torch.randn(20)[tokens].sum(1)
    label = (tone > tone.median()).long()
    return Program(Encoder(20, 16, v.width, 3), nn.CrossEntropyLoss(), tokens, label)
