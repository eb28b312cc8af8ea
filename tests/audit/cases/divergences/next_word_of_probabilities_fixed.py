"""A student says logarithms of the next word's probabilities, as kl_div with log_target wants both."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Student(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(20, width)
        self.reader = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, 20)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states, _ = self.reader(self.words(words))
        return self.head(states).log_softmax(-1)


def loss(prediction: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    return F.kl_div(prediction.flatten(0, 1), teacher.flatten(0, 1), reduction="batchmean", log_target=True)


def program(v: Variation) -> Program:
    words = torch.randint(20, (v.rows, 7))
    likely = F.one_hot((words + 1) % 20, 20) + 0.5 * F.one_hot((words + 2) % 20, 20)
    teacher = (4 * likely + 0.3 * torch.randn(v.rows, 7, 20)).log_softmax(-1)
    return Program(Student(v.width), loss, words, teacher)
