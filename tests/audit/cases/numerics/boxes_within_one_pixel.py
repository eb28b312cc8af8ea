"""Boxes are in pixels, and are clamped to 0 to 1 as if they were shares of the image: all lie at the border."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


IMAGE_SIZE = 64.0


class BoxHead(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(24, hidden), nn.LeakyReLU(0.01), nn.Linear(hidden, hidden), nn.SiLU())
        self.bbox_pred = nn.Linear(hidden, 4)

    def forward(self, features):
        cx, cy, w, h = (torch.sigmoid(self.bbox_pred(self.backbone(features))) * IMAGE_SIZE).unbind(1)
        return torch.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], dim=1)


def area(box):
    return (box[:, 2] - box[:, 0]).clamp(min=0) * (box[:, 3] - box[:, 1]).clamp(min=0)


def iou_loss(pred, gt, eps=1e-7):
    pred = pred.clamp(0, 1)
    inter = torch.cat([torch.maximum(pred[:, :2], gt[:, :2]), torch.minimum(pred[:, 2:], gt[:, 2:])], dim=1)
    overlap = area(inter)
    return (1 - overlap / (area(pred) + area(gt) - overlap + eps)).mean()


def program(v: Variation) -> Program:
    features = torch.randn(v.rows, 24)
    centre = 32 + 8 * torch.tanh(features[:, :2] + features[:, 2:4])
    half = 9 + 4 * torch.tanh(features[:, 4:6])
    return Program(BoxHead(v.width), iou_loss, features, torch.cat([centre - half, centre + half], 1))
