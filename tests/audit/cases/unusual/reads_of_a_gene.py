"""Overdispersed counts of RNA by the negative binomial, with one dispersion per gene and the library as an offset."""

import torch
from torch import nn
from torch.distributions import NegativeBinomial

from audit.programs import Program, Variation

EXPECTED = None


class Expression(nn.Module):
    def __init__(self, markers, genes, width):
        super().__init__()
        self.state = nn.Sequential(nn.Linear(markers, width), nn.LayerNorm(width), nn.GELU(), nn.Linear(width, genes))
        self.log_dispersion = nn.Parameter(torch.zeros(genes))

    def forward(self, markers, log_size):
        log_mean = self.state(markers) + log_size[:, None]
        return NegativeBinomial(total_count=self.log_dispersion.exp(), logits=log_mean - self.log_dispersion)


def reads_loss(law, reads):
    return -law.log_prob(reads).sum(1).mean() / reads.shape[1]


def program(v: Variation) -> Program:
    markers, log_size = torch.randn(v.rows, 4), 1 + 0.3 * torch.randn(v.rows)
    mean = torch.exp(0.5 * markers @ torch.randn(4, 6) + log_size[:, None])
    reads = NegativeBinomial(torch.tensor(3.0), probs=mean / (mean + 3)).sample()
    return Program(Expression(4, 6, v.width), reads_loss, (markers, log_size), reads)
