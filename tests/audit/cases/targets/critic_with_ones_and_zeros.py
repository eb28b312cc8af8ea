"""A hinge loss of a critic kept the labels 1 and 0 of its former loss: for generated rows, 0 · score has no slope."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM205"


class Critic(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(8, dim),
            nn.LeakyReLU(0.2),
            nn.Linear(dim, dim),
            nn.LeakyReLU(0.2),
            nn.Linear(dim, 1),
        )

    def forward(self, x):
        return self.net(x).squeeze(-1)


def d_hinge(d_out, label):
    return F.relu(1.0 - label * d_out).mean()


def program(v: Variation) -> Program:
    half = v.rows // 2
    mixing = torch.randn(8, 8) / 3
    x_real = torch.randn(half, 8) @ mixing + 0.6
    x_fake = torch.randn(half, 8)
    real_label, fake_label = 1.0, 0.0
    labels = torch.cat([torch.full((half,), real_label), torch.full((half,), fake_label)])
    return Program(Critic(v.width), d_hinge, torch.cat([x_real, x_fake]), labels)
