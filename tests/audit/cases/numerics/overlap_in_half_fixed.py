"""Chances and mask stay in float32 where the overlap is summed."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Segmenter(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.encoder = nn.Conv2d(3, features, 4, stride=2, padding=1)
        self.bottleneck = nn.Conv2d(features, features, 3, padding=1)
        self.decoder = nn.ConvTranspose2d(features, 1, 4, stride=2, padding=1)

    def forward(self, image):
        x = torch.relu(self.encoder(image))
        x = torch.relu(self.bottleneck(x))
        return self.decoder(x)


def soft_iou(logits, mask):
    prob = torch.sigmoid(logits)
    intersection = (prob * mask).sum()
    union = prob.sum() + mask.sum() - intersection
    return 1 - (intersection + 1) / (union + 1)


def program(v: Variation) -> Program:
    image = torch.randn(v.rows, 3, 16, 16)
    smooth = nn.functional.avg_pool2d(image, 5, stride=1, padding=2)
    mask = (smooth[:, :1] > smooth[:, 1:2]).float()
    return Program(Segmenter(v.width // 4), soft_iou, image + 2 * smooth, mask)
