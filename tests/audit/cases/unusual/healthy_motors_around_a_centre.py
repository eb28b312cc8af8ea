"""One class only, healthy motors: the network draws them to a fixed centre, without biases, so that it cannot do so
for all inputs. There is no target.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class DeepSVDD(nn.Module):
    def __init__(self, centre):
        super().__init__()
        self.register_buffer("centre", centre)

    def forward(self, z, _):
        return torch.sum((z - self.centre) ** 2, dim=1).mean()


def program(v: Variation) -> Program:
    time = torch.linspace(0, 6.28, 32)
    speed = 3 + 0.3 * torch.randn(v.rows, 1)
    vibration = torch.sin(speed * time + 6.28 * torch.rand(v.rows, 1)) + 0.3 * torch.sin(2 * speed * time)
    vibration = vibration + 0.1 * torch.randn(v.rows, 32)
    model = nn.Sequential(nn.Linear(32, v.width, bias=False), nn.LeakyReLU(0.1), nn.Linear(v.width, 8, bias=False))
    with torch.no_grad():
        centre = model(vibration).mean(dim=0)
    centre = torch.where(centre.abs() < 0.1, 0.1 * torch.where(centre < 0, -1.0, 1.0), centre)
    return Program(model, DeepSVDD(centre), vibration, None)
