"""An attention U-Net computes its gate and then joins the ungated skip: the gate is never trained."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM804"


class AttentionGate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.w_g, self.w_x = nn.Conv2d(channels, channels, 1), nn.Conv2d(channels, channels, 1)
        self.psi = nn.Conv2d(channels, 1, 1)

    def forward(self, g, x):
        return x * torch.sigmoid(self.psi(torch.relu(self.w_g(g) + self.w_x(x))))


class AttentionUNet(nn.Module):
    def __init__(self, channels, n_classes):
        super().__init__()
        self.enc1 = nn.Sequential(nn.Conv2d(1, channels, 3, padding=1), nn.ReLU())
        self.enc2 = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU())
        self.up = nn.ConvTranspose2d(channels, channels, 2, stride=2)
        self.gate = AttentionGate(channels)
        self.dec = nn.Sequential(nn.Conv2d(2 * channels, channels, 3, padding=1), nn.ReLU())
        self.out = nn.Conv2d(channels, n_classes, 1)

    def forward(self, x):
        e1 = self.enc1(x)
        d1 = self.up(self.enc2(e1))
        x = self.gate(d1, e1)
        x = self.dec(torch.cat([d1, e1], dim=1))
        return self.out(x)


def program(v: Variation) -> Program:
    tissue = nn.functional.avg_pool2d(torch.randn(v.rows, 1, 14, 14), 3, stride=1)
    labels = torch.bucketize(tissue[:, 0], torch.tensor([-0.15, 0.15]))
    scan = 3 * tissue + 0.2 * torch.randn_like(tissue)
    return Program(AttentionUNet(v.width // 4, 3), nn.CrossEntropyLoss(), scan, labels)
