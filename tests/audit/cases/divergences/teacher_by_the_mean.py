"""Distillation with a temperature, whose kl_div takes the mean over the ten classes too: it is ten times too small."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM403"


class Student(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.separable = nn.Sequential(
            nn.Conv2d(3, 3, 3, padding=1, groups=3),
            nn.Conv2d(3, width // 2, 1),
            nn.Hardswish(),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
        )
        self.fc = nn.Linear(2 * width, 10)

    def forward(self, image):
        return self.fc(self.separable(image))


class Distil(nn.Module):
    def __init__(self, temperature):
        super().__init__()
        self.T = temperature
        self.kl = nn.KLDivLoss(reduction="mean", log_target=True)

    def forward(self, student, teacher):
        soft = self.kl(F.log_softmax(student / self.T, dim=1), F.log_softmax(teacher / self.T, dim=1))
        return soft * self.T**2


def program(v: Variation) -> Program:
    image = torch.randn(v.rows, 3, 1, 1) * 1.2 + 0.5 * torch.randn(v.rows, 3, 8, 8)
    with torch.no_grad():
        teacher = 0.8 * F.avg_pool2d(image, 4).flatten(1) @ torch.randn(12, 10)
    return Program(Student(v.width), Distil(temperature=3.0), image, teacher)
