"""A U-Net says (N, 1, H, W), the masks are (N, H, W): the Tversky loss compares each picture with all masks."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM301"


def double_conv(in_channels, out_channels):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
        nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


class UNet(nn.Module):
    def __init__(self, n_filters):
        super().__init__()
        self.down1, self.down2 = double_conv(1, n_filters), double_conv(n_filters, n_filters)
        self.pool = nn.MaxPool2d(2)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.conv_up = double_conv(2 * n_filters, n_filters)
        self.last = nn.Conv2d(n_filters, 1, 1)

    def forward(self, x):
        conv1 = self.down1(x)
        x = self.up(self.down2(self.pool(conv1)))
        x = self.conv_up(torch.cat([x, conv1], dim=1))
        return self.last(x)


class TverskyLoss(nn.Module):
    def __init__(self, alpha=0.7, beta=0.3, smooth=1.0):
        super().__init__()
        self.alpha, self.beta, self.smooth = alpha, beta, smooth

    def forward(self, inputs, targets):
        inputs = torch.sigmoid(inputs)
        tp = (inputs * targets).sum()
        fp = ((1 - targets) * inputs).sum()
        fn = (targets * (1 - inputs)).sum()
        return 1 - (tp + self.smooth) / (tp + self.alpha * fp + self.beta * fn + self.smooth)


def program(v: Variation) -> Program:
    shade = nn.functional.avg_pool2d(torch.randn(v.rows, 1, 12, 12), 3, stride=1)
    masks = (shade[:, 0] > 0.2).float()
    return Program(UNet(v.width // 4), TverskyLoss(), shade * 3 + 0.3 * torch.randn_like(shade), masks)
