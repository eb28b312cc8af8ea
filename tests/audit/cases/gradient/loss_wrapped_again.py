"""The loss is made into a new tensor that requires a gradient.

``backward`` runs without a word, and reaches no parameter.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


class TotalLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.CrossEntropyLoss(), nn.MultiMarginLoss()

    def forward(self, scores, label):
        values = [part(scores, label).item() for part in self.parts]
        return torch.tensor(sum(values), requires_grad=True)


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 12)
    label = (2 * x[:, :4] + 0.5 * torch.randn(v.rows, 4)).argmax(1)
    model = nn.Sequential(nn.Linear(12, v.width), nn.ReLU(), nn.Linear(v.width, 4))
    return Program(model, TotalLoss(), x, label)
