"""Recipes and photographs: of all wrong partners only the hardest counts, by a hinge with a margin, so that most pairs
of a batch have no slope; pairs whose margin is met cost nothing.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class TwoEncoders(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.photograph = nn.Sequential(nn.Linear(20, width), nn.SiLU(), nn.Linear(width, 12))
        self.word = nn.Embedding(50, 12)
        self.recipe = nn.Linear(12, 12)

    def forward(self, photograph, words):
        seen = F.normalize(self.photograph(photograph), dim=1)
        read = F.normalize(self.recipe(self.word(words).mean(1)), dim=1)
        return seen @ read.T


def hardest_partner(similarity, dish):
    margin = 0.2
    same = dish[:, None] == dish[None, :]
    right = similarity.diagonal()
    others = similarity.masked_fill(same, -2)
    per_photograph = (margin + others.max(dim=1).values - right).clamp(min=0)
    per_recipe = (margin + others.max(dim=0).values - right).clamp(min=0)
    return per_photograph.mean() + per_recipe.mean()


def program(v: Variation) -> Program:
    dish = torch.randint(25, (v.rows,))
    photograph = torch.randn(25, 20)[dish] + 0.4 * torch.randn(v.rows, 20)
    words = 2 * dish[:, None] + torch.randint(2, (v.rows, 6))
    other = torch.rand(v.rows, 6) < 0.2
    words = torch.where(other, torch.randint(50, (v.rows, 6)), words)
    return Program(TwoEncoders(v.width), hardest_partner, (photograph, words), dish)
