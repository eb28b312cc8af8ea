"""A small reader shall look where the large one looks; the log of its attention goes into kl_div."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Reader(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embed = nn.Embedding(40, width)
        self.q, self.k = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, tokens):
        x = self.embed(tokens)
        scores = self.q(x) @ self.k(x).mT / x.shape[-1] ** 0.5
        return {"attentions": scores.softmax(dim=-1)}


class AttentionTransfer(nn.Module):
    def __init__(self, scale=1.0):
        super().__init__()
        self.scale = scale

    def forward(self, student, teacher):
        weights = student["attentions"]
        total = F.kl_div(weights.log(), teacher, reduction="sum")
        return self.scale * total / weights.shape[:-1].numel()


def program(v: Variation) -> Program:
    tokens = torch.randint(40, (v.rows, 9))
    kinship = torch.randn(40, 40)
    teacher = (1.5 * kinship[tokens[:, :, None], tokens[:, None, :]]).softmax(-1)
    return Program(Reader(v.width), AttentionTransfer(), tokens, teacher)
