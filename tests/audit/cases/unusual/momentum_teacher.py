"""Self-distillation of two crops: the teacher, a moving copy without gradients, is centred and sharpened, and the
student takes its probabilities for soft labels.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def network(width):
    return nn.Sequential(nn.Linear(24, width), nn.GELU(), nn.Linear(width, 12))


class Dino(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.student, self.teacher = network(width), network(width)
        self.teacher.load_state_dict(self.student.state_dict())
        self.teacher.requires_grad_(False)
        self.register_buffer("centre", torch.zeros(12))

    def forward(self, crop, other):
        with torch.no_grad():
            teacher = ((self.teacher(other) - self.centre) / 0.25).softmax(-1)
        return self.student(crop) / 0.5, teacher


def distil(views, target):
    student, teacher = views
    return -(teacher * student.log_softmax(-1)).sum(-1).mean()


def program(v: Variation) -> Program:
    picture = torch.randn(4, 24)[torch.arange(v.rows) % 4] + 0.5 * torch.randn(v.rows, 24)
    crop, other = (picture * (torch.rand(v.rows, 24) < 0.8) for _ in range(2))
    return Program(Dino(v.width), distil, (crop, other), None)
