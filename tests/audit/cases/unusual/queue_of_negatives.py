"""Contrast against a queue of old keys, a buffer without gradients: right, since the query alone learns from it."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MomentumContrast(nn.Module):
    def __init__(self, width, queue=48, temperature=0.2):
        super().__init__()
        self.encode = nn.Sequential(nn.Flatten(), nn.Linear(36, width), nn.ReLU(), nn.Linear(width, 8))
        self.register_buffer("queue", F.normalize(torch.randn(queue, 8), dim=1))
        self.temperature = temperature

    def forward(self, query, key):
        q = F.normalize(self.encode(query), dim=1)
        with torch.no_grad():
            k = F.normalize(self.encode(key), dim=1)
        positive = torch.einsum("nd,nd->n", q, k).unsqueeze(1)
        return torch.cat([positive, q @ self.queue.T], 1) / self.temperature


def first_of_all(logits, _target):
    return F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))


def program(v: Variation) -> Program:
    image = torch.randn(v.rows, 1, 6, 6)
    views = (image + 0.2 * torch.randn_like(image), image.flip(3) + 0.2 * torch.randn_like(image))
    return Program(MomentumContrast(v.width), first_of_all, views, None)
