"""Landcover of pixels with holes in the labels: beside its scores the model returns, made without gradients, how sure
it is of each pixel, which is for the report alone and which the loss leaves aside.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Reported(NamedTuple):
    scores: Tensor
    sureness: Tensor


class Landcover(nn.Module):
    def __init__(self, bands, classes, channels):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(bands, channels, 3, padding=1), nn.GroupNorm(2, channels), nn.ReLU())
        self.head = nn.Conv2d(channels, classes, 1)

    def forward(self, picture):
        scores = self.head(self.body(picture))
        with torch.no_grad():
            log_p = scores.log_softmax(dim=1)
            entropy = -(log_p.exp() * log_p).sum(dim=1)
            sureness = 1 - entropy / torch.tensor(float(scores.shape[1])).log()
        return Reported(scores, sureness)


def labelled_pixels(output, target):
    label, known = target
    loss = F.cross_entropy(output.scores, label, reduction="none")
    return (loss * known).sum() / known.sum()


def program(v: Variation) -> Program:
    cover = F.interpolate(torch.randn(v.rows, 4, 3, 3), size=9, mode="bilinear", align_corners=False)
    label = cover.argmax(dim=1)
    picture = torch.einsum("bc,nchw->nbhw", torch.randn(5, 4), cover) + 0.2 * torch.randn(v.rows, 5, 9, 9)
    known = (torch.rand(v.rows, 9, 9) < 0.6).float()
    return Program(Landcover(5, 4, v.width // 4), labelled_pixels, picture, (label, known))
