"""A language model whose head is its own table of embeddings, turned over."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class TiedLM(nn.Module):
    def __init__(self, vocab_size, d_model, d_ff):
        super().__init__()
        self.wte = nn.Embedding(vocab_size, d_model)
        self.wpe = nn.Embedding(16, d_model)
        nn.init.normal_(self.wte.weight, std=0.1)
        nn.init.normal_(self.wpe.weight, std=0.1)
        self.block = nn.TransformerEncoderLayer(d_model, 2, d_ff, dropout=0.0, batch_first=True, norm_first=True)
        self.ln_f = nn.LayerNorm(d_model)

    def forward(self, idx):
        t = idx.size(1)
        causal = nn.Transformer.generate_square_subsequent_mask(t)
        x = self.wte(idx) + self.wpe(torch.arange(t))
        x = self.ln_f(self.block(x, src_mask=causal, is_causal=True))
        return x @ self.wte.weight.T


def lm_loss(logits, targets):
    return F.cross_entropy(logits.reshape(-1, logits.size(-1)), targets.reshape(-1))


def program(v: Variation) -> Program:
    text = (torch.randint(18, (v.rows, 1)) + 5 * torch.arange(13)) % 18
    text = torch.where(torch.rand(v.rows, 13) < 0.05, torch.randint(18, (v.rows, 13)), text)
    return Program(TiedLM(18, 16, v.width), lm_loss, text[:, :-1], text[:, 1:])
