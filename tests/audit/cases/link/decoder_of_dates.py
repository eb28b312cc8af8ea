"""A decoder that writes dates hands raw scores to the negative log-likelihood, which takes log-probabilities."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM105"

VOCAB = 12
SOS = 11
LENGTH = 6


class Seq2Seq(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embedding = nn.Embedding(VOCAB, hidden_size)
        self.encoder = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.decoder = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, VOCAB - 1)
        self.softmax = nn.LogSoftmax(dim=-1)

    def forward(self, src, tgt_in):
        _, hidden = self.encoder(self.embedding(src))
        output, hidden = self.decoder(self.embedding(tgt_in), hidden)
        output = self.out(output)
        return output


def program(v: Variation) -> Program:
    src = torch.randint(0, 11, (v.rows, LENGTH))
    tgt = src.flip(1)
    tgt_in = torch.cat([torch.full((v.rows, 1), SOS), tgt[:, :-1]], dim=1)
    criterion = nn.NLLLoss()

    def loss(decoder_outputs, target_tensor):
        return criterion(decoder_outputs.view(-1, decoder_outputs.size(-1)), target_tensor.reshape(-1))

    return Program(Seq2Seq(v.width), loss, (src, tgt_in), tgt)
