"""Clicks on eight adverts: what was not shown has a weight of 0, yet is counted in the mean, which falls to a third."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM501"


class ClickModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.cross = nn.Bilinear(5, 4, width)
        self.adverts = nn.Linear(width, 8)

    def forward(self, person, page):
        return self.adverts(torch.tanh(self.cross(person, page)))


def click_loss(logits, seen):
    clicked, weight = seen
    return F.binary_cross_entropy_with_logits(logits, clicked, weight=weight)


def program(v: Variation) -> Program:
    person, page = torch.randn(v.rows, 5), torch.randn(v.rows, 4)
    taste = torch.einsum("ni,nj,ijk->nk", person, page, torch.randn(5, 4, 8)) / 2
    shown = (torch.rand(v.rows, 8) < 0.33).float()
    clicked = torch.bernoulli(torch.sigmoid(taste - 0.5)) * shown
    return Program(ClickModel(v.width), click_loss, (person, page), (clicked, shown))
