"""Ten tasters' flavours of a wine: p log(p / q) is added over the flavours and averaged over the wines."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Flavours(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Linear(11, width)
        self.second = nn.Linear(width, 20)

    def forward(self, chemistry):
        scores = self.second(torch.sin(self.first(chemistry)))
        return scores - torch.logsumexp(scores, dim=1, keepdim=True)


def taste_loss(log_q, votes):
    p = (votes + 0.1) / (votes + 0.1).sum(dim=1, keepdim=True)
    return (p * (p.log() - log_q)).sum(dim=1).mean()


def program(v: Variation) -> Program:
    chemistry = torch.randn(v.rows, 11)
    votes = torch.distributions.Multinomial(10, logits=chemistry @ torch.randn(11, 20) / 2).sample()
    return Program(Flavours(v.width), taste_loss, chemistry, votes)
