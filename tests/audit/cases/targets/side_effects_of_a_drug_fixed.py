"""A drug has several side effects at once, and each has a sigmoid of its own."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Fingerprint(nn.Module):
    def __init__(self, bits, width, effects):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(bits, width), nn.RReLU(), nn.Linear(width, width), nn.RReLU())
        self.effects = nn.Linear(width, effects)

    def forward(self, bits):
        return self.effects(self.body(bits))


def effects_loss(scores, effects):
    log_p, log_q = F.logsigmoid(scores), F.logsigmoid(-scores)
    return -(effects * log_p + (1 - effects) * log_q).sum(-1).mean()


def program(v: Variation) -> Program:
    bits = torch.bernoulli(torch.full((v.rows, 20), 0.5))
    effects = (bits.unflatten(1, (5, 4)).mean(2) + 0.1 * torch.randn(v.rows, 5) > 0.45).float()
    return Program(Fingerprint(20, v.width, 5), effects_loss, bits, effects)
