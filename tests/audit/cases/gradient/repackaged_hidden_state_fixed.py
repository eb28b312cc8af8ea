"""The encoder's state goes to the decoder as it is."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Seq2Seq(nn.Module):
    def __init__(self, vocab, hidden):
        super().__init__()
        self.src_embed, self.tgt_embed = nn.Embedding(vocab, 16), nn.Embedding(vocab + 1, 16)
        self.encoder = nn.LSTM(16, hidden, batch_first=True)
        self.decoder = nn.LSTM(16, hidden, batch_first=True)
        self.generator = nn.Linear(hidden, vocab)

    def forward(self, src, tgt_in):
        _, state = self.encoder(self.src_embed(src))
        output, _ = self.decoder(self.tgt_embed(tgt_in), state)
        return self.generator(output).transpose(1, 2)


def program(v: Variation) -> Program:
    src = torch.randint(8, (v.rows, 6))
    tgt = (src.flip(1) + 1) % 8
    tgt_in = torch.cat([torch.full((v.rows, 1), 8), tgt[:, :-1]], dim=1)
    return Program(Seq2Seq(8, v.width), nn.CrossEntropyLoss(), (src, tgt_in), tgt)
