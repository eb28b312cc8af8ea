"""Of twelve assays a compound has been through three or so.

The others are multiplied by 0 and divided by nonetheless.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM501"


class ToxicityNet(nn.Module):
    def __init__(self, n_bits, hidden, n_tasks=12):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Linear(n_bits, hidden), nn.BatchNorm1d(hidden), nn.ELU(), nn.Linear(hidden, hidden), nn.ELU()
        )
        self.heads = nn.ModuleList(nn.Linear(hidden, 1) for _ in range(n_tasks))

    def forward(self, fingerprint):
        h = self.trunk(fingerprint)
        return torch.cat([head(h) for head in self.heads], dim=1)


class MaskedBCE(nn.Module):
    def __init__(self):
        super().__init__()
        self.bce = nn.BCEWithLogitsLoss(reduction="none")

    def forward(self, logits, batch):
        labels, known = batch["labels"], batch["known"]
        loss = self.bce(logits, labels) * known
        return loss.mean()


def program(v: Variation) -> Program:
    bits = (torch.rand(v.rows, 40) < 0.3).float()
    labels = (bits @ torch.randn(40, 12) + 0.5 * torch.randn(v.rows, 12) > 0).float()
    known = (torch.rand(v.rows, 12) < 0.25).float()
    return Program(ToxicityNet(40, v.width), MaskedBCE(), bits, {"labels": labels * known, "known": known})
