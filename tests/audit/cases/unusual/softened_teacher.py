"""A student learns its teacher's softened probabilities.

Log-probabilities against probabilities, per row, with the squared temperature.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None

TEMPERATURE = 2.0


def distillation(student, teacher):
    pupil = F.log_softmax(student / TEMPERATURE, dim=1)
    master = F.softmax(teacher / TEMPERATURE, dim=1)
    return F.kl_div(pupil, master, reduction="batchmean") * TEMPERATURE**2


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    teacher = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 5)).requires_grad_(False)
    student = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 5))
    return Program(student, distillation, x, 8 * teacher(x))
