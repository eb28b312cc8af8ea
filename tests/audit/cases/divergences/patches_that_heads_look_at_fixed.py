"""A small transformer learns the class of a seed and where a large one looks: the divergence of each attention map is
summed over the patches looked at.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class PatchTransformer(nn.Module):
    def __init__(self, width, heads=2):
        super().__init__()
        self.heads = heads
        self.embed = nn.Linear(5, width)
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width, bias=False)
        self.value, self.out = nn.Linear(width, width), nn.Linear(width, 3)

    def split(self, h):
        return h.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, patches):
        h = self.embed(patches)
        q, k, v = self.split(self.query(h)), self.split(self.key(h)), self.split(self.value(h))
        log_attention = (q @ k.mT / q.shape[-1] ** 0.5).log_softmax(dim=-1)
        mixed = (log_attention.exp() @ v).transpose(1, 2).flatten(2)
        return {"logits": self.out(F.gelu(h + mixed).mean(dim=1)), "log_attention": log_attention}


class DistilledAttention(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.weight = weight
        self.kl = nn.KLDivLoss(reduction="none")

    def forward(self, output, batch):
        label, attention = batch
        transfer = self.kl(output["log_attention"], attention).sum(dim=-1).mean()
        return F.cross_entropy(output["logits"], label) + self.weight * transfer


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 3
    patches = 0.8 * torch.randn(v.rows, 16, 5) + torch.randn(3, 5)[label].unsqueeze(1)
    look = torch.randn(2, 5, 5) / 2
    teacher = torch.einsum("npi,hij,nqj->nhpq", patches, look, patches).softmax(dim=-1)
    return Program(PatchTransformer(v.width), DistilledAttention(1.0), patches, (label, teacher))
