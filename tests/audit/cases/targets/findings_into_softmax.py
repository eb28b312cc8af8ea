"""An X-ray shows several findings at once, and Lossmith's cross-entropy takes the row of 0 and 1 for a distribution."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = "LM211"


class Squeeze(nn.Module):
    """Channels weigh each other, as in squeeze-and-excitation."""

    def __init__(self, channels):
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(channels, 4), nn.ReLU(), nn.Linear(4, channels), nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x.mean(dim=(2, 3)))[:, :, None, None]


def program(v: Variation) -> Program:
    findings = (torch.rand(v.rows, 6) < 0.35).float()
    findings[findings.sum(1) == 0, 0] = 1.0
    signs = torch.randn(6, 10, 10)
    xray = torch.einsum("nf,fhw->nhw", findings, signs).unsqueeze(1) + 0.4 * torch.randn(v.rows, 1, 10, 10)
    c = v.width // 2
    model = nn.Sequential(
        nn.Conv2d(1, c, 3), nn.ReLU(), Squeeze(c), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * c, 6)
    )
    return Program(model, lm.CrossEntropy(), xray, findings)
