"""Distillation: a temperature, the divergence of the teacher from the student times its square, and the labels."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None

TEMPERATURE = 4.0


def distillation(student: torch.Tensor, target: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    teacher, labels = target
    said = F.log_softmax(student / TEMPERATURE, dim=1)
    wanted = F.softmax(teacher / TEMPERATURE, dim=1)
    soft = F.kl_div(said, wanted, reduction="batchmean") * TEMPERATURE**2
    return 0.7 * soft + 0.3 * F.cross_entropy(student, labels)


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 12)
    truth = x[:, :4] + x[:, 4:8]
    labels = (truth + 0.5 * torch.randn(v.rows, 4)).argmax(1)
    teacher = 3 * truth + 0.3 * torch.randn(v.rows, 4)
    student = nn.Sequential(nn.Linear(12, v.width), nn.ReLU(), nn.Linear(v.width, 4))
    return Program(student, distillation, x, (teacher, labels))
