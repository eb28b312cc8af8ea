"""Five readers colour a scan's tissue in four classes, within the body: the divergence from their votes is summed over
the classes and averaged over the body's pixels.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class SmallUNet(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.down1 = nn.Conv2d(1, channels, 3, padding=1)
        self.down2 = nn.Conv2d(channels, channels, 3, stride=2, padding=1)
        self.up = nn.ConvTranspose2d(channels, channels, 2, stride=2)
        self.out = nn.Conv2d(2 * channels, classes, 3, padding=1)

    def forward(self, scan):
        fine = F.relu(self.down1(scan))
        coarse = F.relu(self.up(F.relu(self.down2(fine))))
        return self.out(torch.cat([fine, coarse], dim=1))


def loss_within_body(scores, target):
    votes, body = target
    kl = F.kl_div(scores.log_softmax(dim=1), votes, reduction="none")
    return kl.sum(dim=1, keepdim=True)[body].mean()


def program(v: Variation) -> Program:
    tissue = F.interpolate(torch.randn(v.rows, 1, 4, 4), size=12, mode="bilinear", align_corners=False)
    levels = torch.tensor([-0.9, -0.3, 0.3, 0.9]).view(1, 4, 1, 1)
    chance = torch.softmax(-3 * (tissue - levels) ** 2, dim=1)
    draws = torch.distributions.Categorical(probs=chance.movedim(1, -1)).sample((5,))
    votes = F.one_hot(draws, 4).float().mean(dim=0).movedim(-1, 1)
    y, x = torch.meshgrid(torch.arange(12) - 5.5, torch.arange(12) - 5.5, indexing="ij")
    body = x**2 + y**2 < 30 * (0.6 + 0.4 * torch.rand(v.rows, 1, 1, 1))
    scan = tissue + 0.1 * torch.randn_like(tissue)
    return Program(SmallUNet(v.width // 4, 4), loss_within_body, scan, (votes, body))
