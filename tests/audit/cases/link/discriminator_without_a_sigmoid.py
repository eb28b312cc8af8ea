"""The discriminator's last sigmoid is lost, and BCELoss is given scores outside 0 to 1."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM106"


class Discriminator(nn.Module):
    def __init__(self, ndf):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(1, ndf, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(ndf, ndf, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ndf),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(ndf, 1, 4, 1, 0, bias=False),
        )

    def forward(self, input):
        return self.main(input).view(-1)


def program(v: Variation) -> Program:
    b_size = v.rows // 2
    ramp = torch.linspace(-0.8, 0.8, 16)
    real = (0.4 * ramp[:, None] * ramp + 0.5 * torch.randn(b_size, 1, 16, 16)).clamp(-1, 1)
    fake = torch.tanh(0.5 * torch.randn(b_size, 1, 16, 16))
    label = torch.cat([torch.full((b_size,), 1.0), torch.full((b_size,), 0.0)])
    return Program(Discriminator(v.width), nn.BCELoss(), torch.cat([real, fake]), label)
