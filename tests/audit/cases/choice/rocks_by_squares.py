"""Kinds of rock in a core, pixel by pixel, by the squared distance to the kind's number."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM701"


class CoreScanner(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.scan = nn.Conv2d(2, width, 3, padding=1, bias=False)
        self.norm = nn.InstanceNorm2d(width, affine=True)
        self.rock = nn.Conv2d(width, 1, 1)

    def forward(self, core):
        return self.rock(torch.nn.functional.elu(self.norm(self.scan(core))))


class RockLoss(nn.Module):
    def forward(self, out, rock):
        return (out.flatten(1) - rock.flatten(1).to(out.dtype)).pow(2).mean()


def program(v: Variation) -> Program:
    rock = torch.randint(0, 4, (v.rows, 5, 1)).repeat_interleave(2, dim=1).expand(-1, -1, 8)
    looks = torch.tensor([[1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [-1.0, -1.0]])
    core = looks[rock].permute(0, 3, 1, 2) + 0.6 * torch.randn(v.rows, 2, 10, 8)
    return Program(CoreScanner(v.width // 2), RockLoss(), core, rock)
