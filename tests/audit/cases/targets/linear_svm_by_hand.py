"""A support vector machine on random cosines: the hinge wants -1 and +1, and rows labelled 0 have a loss of 1
whatever their score.
"""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM205"


class RandomFeatureSVM(nn.Module):
    def __init__(self, dim: int, features: int) -> None:
        super().__init__()
        self.register_buffer("omega", torch.randn(dim, features))
        self.register_buffer("phase", 2 * torch.pi * torch.rand(features))
        self.svm = nn.Linear(features, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.svm(torch.cos(x @ self.omega + self.phase)).squeeze(-1)


def program(v: Variation) -> Program:
    X = torch.randn(v.rows, 3)
    Y = (X.norm(dim=1) + 0.1 * torch.randn(v.rows) > 1.5).float()
    model = RandomFeatureSVM(3, 2 * v.width)
    c = 0.01

    def loss(output: Tensor, y: Tensor) -> Tensor:
        weight = model.svm.weight.squeeze()
        hinge = torch.mean(torch.clamp(1 - y * output, min=0))
        return hinge + c * (weight @ weight) / 2.0

    return Program(model, loss, X, Y)
