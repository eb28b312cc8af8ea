"""Which camera took the picture must not be seen from its features: the gradient of that head is reversed on
purpose.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class ReverseLayerF(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, alpha: float) -> Tensor:
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None]:
        return grad_output.neg() * ctx.alpha, None


class DANN(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.feature = nn.Sequential(
            nn.Conv2d(3, 10, 3, stride=2), nn.BatchNorm2d(10), nn.ReLU(), nn.Flatten(), nn.Linear(90, width)
        )
        self.class_classifier = nn.Linear(width, 3)
        self.domain_classifier = nn.Sequential(nn.Linear(width, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        feature = self.feature(image)
        reverse = ReverseLayerF.apply(feature, 0.3)
        return self.class_classifier(feature), self.domain_classifier(reverse)


def loss(out: tuple[Tensor, Tensor], target: tuple[Tensor, Tensor]) -> Tensor:
    return F.cross_entropy(out[0], target[0]) + F.cross_entropy(out[1], target[1])


def program(v: Variation) -> Program:
    kind, camera = torch.randperm(v.rows) % 3, torch.randperm(v.rows) % 2
    image = torch.randn(3, 3, 8, 8)[kind] + 0.4 * camera.view(-1, 1, 1, 1) + 0.8 * torch.randn(v.rows, 3, 8, 8)
    return Program(DANN(v.width), loss, image, (kind, camera))
