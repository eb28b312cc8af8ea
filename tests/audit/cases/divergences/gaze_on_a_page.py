"""Where readers look on a page of 64 cells, for five readers: the divergence's terms are averaged over the cells as
well, which makes it 64 times too small."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM403"


class Gaze(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.page = nn.Sequential(nn.Conv2d(1, width, 3, padding=1), nn.Tanh(), nn.BatchNorm2d(width))
        self.readers = nn.Conv2d(width, 5, 3, padding=1, bias=False)

    def forward(self, page):
        return self.readers(self.page(page)).flatten(2)


class GazeLoss(nn.KLDivLoss):
    def __init__(self):
        super().__init__(reduction="none")

    def forward(self, scores, looked):
        return super().forward(scores.log_softmax(dim=2), looked).mean()


def program(v: Variation) -> Program:
    page = torch.randn(v.rows, 1, 8, 8)
    spread = torch.nn.functional.conv2d(page, torch.randn(5, 1, 3, 3) / 1.5, padding=1).flatten(2)
    looked = torch.softmax(spread + 0.2 * torch.randn(v.rows, 5, 64), dim=2)
    return Program(Gaze(v.width // 2), GazeLoss(), page, looked)
