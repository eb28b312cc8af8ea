"""The share of attempts at an exercise that a pupil gets right, by the product of two tables that start small: the
sigmoid starts near ½.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Mastery(nn.Module):
    def __init__(self, pupils, exercises, dim):
        super().__init__()
        self.pupil = nn.Embedding(pupils, dim)
        self.exercise = nn.Embedding(exercises, dim)
        self.difficulty = nn.Parameter(torch.zeros(exercises))
        nn.init.normal_(self.pupil.weight, std=0.2)
        nn.init.normal_(self.exercise.weight, std=0.2)

    def forward(self, pupil, exercise):
        product = (self.pupil(pupil)[:, None] * self.exercise(exercise)).sum(-1)
        return torch.sigmoid(product - self.difficulty[exercise])


def weighted_squares(share, target):
    truth, attempts = target
    return (attempts * (share - truth).square()).sum() / attempts.sum()


def program(v: Variation) -> Program:
    pupils, exercises = v.rows, 20
    exercise = torch.rand(pupils, exercises).argsort(1)[:, :12]
    skill, needed = torch.randn(pupils, 3), torch.randn(exercises, 3)
    truth = torch.sigmoid((skill[:, None] * needed[exercise]).sum(-1) + 0.2 * torch.randn(pupils, 12))
    attempts = torch.randint(1, 9, (pupils, 12)).float()
    model = Mastery(pupils, exercises, 4 * v.width)
    return Program(model, weighted_squares, (torch.arange(pupils), exercise), (truth, attempts))
