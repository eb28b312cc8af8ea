"""Pictures by their structural similarity in windows, and a little of the absolute error."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def ssim(x, y, window=5, c1=0.01**2, c2=0.03**2):
    mu_x, mu_y = F.avg_pool2d(x, window, 1), F.avg_pool2d(y, window, 1)
    var_x = F.avg_pool2d(x * x, window, 1) - mu_x**2
    var_y = F.avg_pool2d(y * y, window, 1) - mu_y**2
    cov = F.avg_pool2d(x * y, window, 1) - mu_x * mu_y
    top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
    return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))


class ESPCN(nn.Module):
    """Twice as many lines and columns, by a shuffle of channels."""

    def __init__(self, channels):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, channels, 5, padding=2), nn.Conv2d(channels, 4, 3, padding=1)

    def forward(self, low):
        x = torch.tanh(self.conv1(low))
        return torch.sigmoid(F.pixel_shuffle(self.conv2(x), 2))


def program(v: Variation) -> Program:
    phase = 6.3 * torch.rand(v.rows, 2, 1, 1)
    axis = torch.arange(16) * (0.3 + 0.5 * torch.rand(v.rows, 1, 1))
    picture = 0.5 + 0.2 * torch.sin(axis + phase[:, 0]).mT + 0.2 * torch.sin(axis + phase[:, 1])
    picture = (picture + 0.02 * torch.randn_like(picture)).unsqueeze(1)
    low = 4 * (F.avg_pool2d(picture, 2) - 0.5)
    loss = lambda p, t: 0.85 * (1 - ssim(p, t).mean()) + 0.15 * F.l1_loss(p, t)  # noqa: E731
    return Program(ESPCN(v.width // 2), loss, low, picture)
