"""The student shall cover what the teacher says, KL(teacher || student); the arguments stand the other way round."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM402"


class KnowledgeDistillation(nn.Module):
    def __init__(self, temperature: float = 2.0) -> None:
        super().__init__()
        self.temperature = temperature
        self.divergence = nn.KLDivLoss(reduction="batchmean", log_target=True)

    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        said = F.log_softmax(student / self.temperature, dim=-1)
        wanted = F.log_softmax(teacher / self.temperature, dim=-1)
        return self.divergence(wanted, said) * self.temperature**2


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    teacher = 2 * x[:, :5] - 2 * x[:, 5:] + 0.3 * torch.randn(v.rows, 5)
    student = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 5))
    return Program(student, KnowledgeDistillation(), x, teacher)
