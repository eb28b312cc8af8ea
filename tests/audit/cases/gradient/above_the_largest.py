"""A ReLU is given each unit minus the largest of them, never above zero, so that the layer says zero to every input."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM808"


class Competition(nn.Module):
    """Columns of a cortex: only what stands out passes on."""

    def forward(self, h):
        return torch.relu(h - h.amax(dim=1, keepdim=True))


class Cortex(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.columns = nn.Sequential(nn.Linear(10, width), Competition(), nn.Linear(width, 2))

    def forward(self, stimulus):
        return self.columns(stimulus)


def orientation_loss(vector, angle):
    """The angle of a bar is the same after half a turn."""
    return (vector - torch.stack([torch.cos(2 * angle), torch.sin(2 * angle)], 1)).square().sum(1).mean()


def program(v: Variation) -> Program:
    angle = torch.pi * torch.rand(v.rows)
    receptors = torch.pi * torch.arange(10) / 10
    stimulus = torch.cos(2 * (angle[:, None] - receptors)) + 0.2 * torch.randn(v.rows, 10)
    return Program(Cortex(v.width), orientation_loss, stimulus, angle)
