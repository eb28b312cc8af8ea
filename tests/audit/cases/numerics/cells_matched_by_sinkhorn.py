"""Cells of two assays are matched by Sinkhorn's iteration: exp(cosine / 0.01) of two cells alike is exp(100), which
is infinite, and its row becomes NaN."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM603"


class CellMatcher(nn.Module):
    temperature = 0.01

    def __init__(self, genes, antigens):
        super().__init__()
        self.rna = nn.Parameter(torch.randn(genes, 4) / genes**0.5)
        self.protein = nn.Parameter(torch.randn(antigens, 4) / antigens**0.5)

    def forward(self, rna, protein):
        similarity = F.normalize(rna @ self.rna, dim=1) @ F.normalize(protein @ self.protein, dim=1).T
        plan = torch.exp(similarity / self.temperature)
        for _ in range(8):
            plan = plan / plan.sum(dim=0, keepdim=True)
            plan = plan / plan.sum(dim=1, keepdim=True)
        return plan


def matched(plan, partner):
    return -plan[torch.arange(len(plan)), partner].log().mean()


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 5)
    rna = state @ torch.randn(5, v.width) / 2 + 0.2 * torch.randn(v.rows, v.width)
    partner = torch.randperm(v.rows)
    protein = torch.empty(v.rows, 10)
    protein[partner] = state @ torch.randn(5, 10) / 2 + 0.2 * torch.randn(v.rows, 10)
    return Program(CellMatcher(v.width, 10), matched, (rna, protein), partner)
