"""How useful a course was is known from those who took it up, more often than not those who would like it: each
answer is divided by its chance to be given, and the mean is over all pairs, as that makes it unbiased."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class CourseModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.learner = nn.Sequential(nn.Linear(6, width), nn.SiLU(), nn.Linear(width, 16))
        self.courses = nn.Parameter(0.3 * torch.randn(10, 16))
        self.level = nn.Parameter(torch.zeros(10))

    def forward(self, learner):
        return self.learner(learner) @ self.courses.T + self.level


class InversePropensityLoss(nn.Module):
    def forward(self, useful, target):
        answer, given, chance = target
        return (given / chance * (useful - answer) ** 2).mean()


def program(v: Variation) -> Program:
    learner = torch.randn(v.rows, 6)
    answer = learner @ torch.randn(6, 10) / 6**0.5 + 0.2 * torch.randn(v.rows, 10)
    chance = 0.15 + 0.5 * torch.sigmoid(2 * answer)
    given = torch.bernoulli(chance)
    return Program(CourseModel(v.width), InversePropensityLoss(), learner, (answer * given, given, chance))
