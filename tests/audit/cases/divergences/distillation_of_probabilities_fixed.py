"""A student's log-softmax goes into kl_div beside the teacher's softmax."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None

TEMPERATURE = 3.0


def distillation(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    said = F.log_softmax(student / TEMPERATURE, dim=1)
    wanted = F.softmax(teacher / TEMPERATURE, dim=1)
    return F.kl_div(said, wanted, reduction="batchmean") * TEMPERATURE**2


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 1, 8, 8)
    teacher = 6 * F.adaptive_avg_pool2d(images, 3).flatten(1)[:, :5] + 0.3 * torch.randn(v.rows, 5)
    student = nn.Sequential(
        nn.Conv2d(1, v.width, 3, padding=1), nn.ReLU(), nn.AvgPool2d(4), nn.Flatten(), nn.Linear(4 * v.width, 5)
    )
    return Program(student, distillation, images, teacher)
