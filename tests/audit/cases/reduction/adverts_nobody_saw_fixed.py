"""Clicks on eight adverts: the weighted losses are divided by the sum of the weights, 0 for what was not shown."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ClickModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.cross = nn.Bilinear(5, 4, width)
        self.adverts = nn.Linear(width, 8)

    def forward(self, person, page):
        return self.adverts(torch.tanh(self.cross(person, page)))


def click_loss(logits, seen):
    clicked, weight = seen
    return F.binary_cross_entropy_with_logits(logits, clicked, weight=weight, reduction="sum") / weight.sum()


def program(v: Variation) -> Program:
    person, page = torch.randn(v.rows, 5), torch.randn(v.rows, 4)
    taste = torch.einsum("ni,nj,ijk->nk", person, page, torch.randn(5, 4, 8)) / 2
    shown = (torch.rand(v.rows, 8) < 0.33).float()
    clicked = torch.bernoulli(torch.sigmoid(taste - 0.5)) * shown
    return Program(ClickModel(v.width), click_loss, (person, page), (clicked, shown))
