"""Five dropouts of the same features, one head for all of them, and the mean of the five losses."""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class MultiSampleDropout(nn.Module):
    def __init__(self, in_features: int, hidden: int, num_labels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(in_features, hidden), nn.LayerNorm(hidden), nn.GELU())
        self.dropouts = nn.ModuleList(nn.Dropout(0.3) for _ in range(5))
        self.classifier = nn.Linear(hidden, num_labels)

    def forward(self, x: Tensor) -> list[Tensor]:
        h = self.body(x)
        return [self.classifier(dropout(h)) for dropout in self.dropouts]


def criterion(logits: list[Tensor], labels: Tensor) -> Tensor:
    loss_fct = nn.CrossEntropyLoss()
    return sum((loss_fct(each, labels) for each in logits), torch.zeros(())) / len(logits)


def program(v: Variation) -> Program:
    labels = torch.randperm(v.rows) % 3
    x = torch.randn(3, 20)[labels] + torch.randn(v.rows, 20)
    return Program(MultiSampleDropout(20, v.width, 3), criterion, x, labels)
