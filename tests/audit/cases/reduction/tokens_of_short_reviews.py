"""A small language model on reviews: the losses of padded tokens are 0, as asked, but the mean is over all tokens,
and a batch of short reviews is learned at half the rate.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM501"


IGNORE = -100


class TinyGPT(nn.Module):
    def __init__(self, width, vocabulary=24, context=14):
        super().__init__()
        self.wte = nn.Embedding(vocabulary, width)
        self.wpe = nn.Embedding(context, width)
        self.block = nn.TransformerEncoderLayer(width, 4, 2 * width, dropout=0.0, batch_first=True, norm_first=True)
        self.ln_f = nn.LayerNorm(width)
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        self.register_buffer("causal", nn.Transformer.generate_square_subsequent_mask(context))

    def forward(self, idx):
        x = self.wte(idx) + self.wpe(torch.arange(idx.shape[1]))
        return self.lm_head(self.ln_f(self.block(x, src_mask=self.causal, is_causal=True)))


loss_fct = nn.CrossEntropyLoss(ignore_index=IGNORE, reduction="none")


def lm_loss(logits, labels):
    per_token = loss_fct(logits.view(-1, logits.size(-1)), labels.view(-1)).view(labels.shape)
    return per_token.mean(dim=1).mean()


def program(v: Variation) -> Program:
    step = torch.randint(1, 5, (v.rows, 1))
    ids = (torch.randint(24, (v.rows, 1)) + step * torch.arange(15)) % 24
    length = torch.randint(3, 12, (v.rows, 1))
    labels = ids[:, 1:].masked_fill(torch.arange(14) >= length, IGNORE)
    return Program(TinyGPT(v.width), lm_loss, ids[:, :-1], labels)
