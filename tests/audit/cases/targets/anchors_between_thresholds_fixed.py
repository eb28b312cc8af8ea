"""Anchors of a detector, those between the two thresholds labelled -1: cross-entropy is told to ignore them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class RPNHead(nn.Module):
    """The class of each anchor from the features under it."""

    def __init__(self, in_channels: int, num_anchors: int, num_classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, in_channels, kernel_size=3, padding=1)
        self.cls_logits = nn.Conv2d(in_channels, num_anchors * num_classes, kernel_size=1)
        self.num_classes = num_classes

    def forward(self, features: Tensor) -> Tensor:
        t = self.cls_logits(F.relu(self.conv(features)))
        N, _, H, W = t.shape
        t = t.view(N, -1, self.num_classes, H, W).permute(0, 3, 4, 1, 2)
        return t.reshape(N, -1, self.num_classes)


def rpn_loss(objectness: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(objectness.flatten(0, 1), labels.flatten(), ignore_index=-1)


def program(v: Variation) -> Program:
    features = torch.randn(v.rows, v.width // 4, 4, 4)
    overlap = torch.sigmoid(2 * features[:, :2] + 0.3 * torch.randn(v.rows, 2, 4, 4))
    overlap = overlap.permute(0, 2, 3, 1).reshape(v.rows, -1)
    labels = torch.full(overlap.shape, -1)
    labels[overlap < 0.4] = 0
    labels[overlap > 0.6] = 1
    return Program(RPNHead(v.width // 4, num_anchors=2, num_classes=2), rpn_loss, features, labels)
