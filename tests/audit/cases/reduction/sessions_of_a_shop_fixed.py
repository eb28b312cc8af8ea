"""Padding has no loss by ignore_index, and the mean, which cross-entropy takes itself, leaves it out."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


PAD = 0


class GRU4Rec(nn.Module):
    def __init__(self, n_items, hidden):
        super().__init__()
        self.item_emb = nn.Embedding(n_items, 16, padding_idx=PAD)
        self.gru = nn.GRU(16, hidden, batch_first=True)
        self.out = nn.Linear(hidden, n_items)

    def forward(self, session):
        hidden, _ = self.gru(self.item_emb(session))
        return self.out(hidden).permute(0, 2, 1)


def next_click_loss(scores, clicks):
    return F.cross_entropy(scores, clicks, ignore_index=PAD)


def program(v: Variation) -> Program:
    clicks = torch.randint(1, 21, (v.rows, 1))
    for _ in range(15):
        step = torch.where(torch.rand(v.rows, 1) < 0.9, 3, torch.randint(20, (v.rows, 1)))
        clicks = torch.cat([clicks, (clicks[:, -1:] - 1 + step) % 20 + 1], 1)
    lengths = torch.randint(3, 17, (v.rows, 1))
    clicks = clicks.masked_fill(torch.arange(16) >= lengths, PAD)
    return Program(GRU4Rec(21, v.width), next_click_loss, clicks[:, :-1], clicks[:, 1:])
