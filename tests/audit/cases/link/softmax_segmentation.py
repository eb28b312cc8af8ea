"""Softmax2d ends a segmentation network whose loss applies softmax itself."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM101"


class SegmentationLoss(nn.Module):
    """Cross-entropy of every pixel; 255 marks the border of objects, which does not count."""

    def __init__(self) -> None:
        super().__init__()
        self.criterion = nn.CrossEntropyLoss(ignore_index=255)

    def forward(self, scores: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.criterion(scores, mask)


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 3, 8, 8)
    mask = F.avg_pool2d(images, 3, 1, 1).argmax(1)
    mask[torch.rand(mask.shape) < 0.1] = 255
    model = nn.Sequential(
        nn.Conv2d(3, v.width, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(v.width, 3, 1),
        nn.Softmax2d(),
    )
    return Program(model, SegmentationLoss(), images, mask)
