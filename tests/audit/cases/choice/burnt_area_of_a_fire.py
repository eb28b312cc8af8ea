"""The area that a fire will burn, in units of the mean area, from a tenth of it to ten times it, by squares beside the
hours it will burn: the few large fires are nearly all of the loss.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM704"


class FireNet(nn.Module):
    # A picture of the ground conditions how the weather is read.
    def __init__(self, width):
        super().__init__()
        self.ground = nn.Conv2d(3, width // 2, 3, stride=2)
        self.weather = nn.Linear(5, width)
        self.shift = nn.Linear(width // 2, 2 * width)
        self.area = nn.Linear(width, 1)
        self.hours = nn.Linear(width, 1)

    def forward(self, ground, weather):
        scale, offset = self.shift(torch.tanh(self.ground(ground)).mean((2, 3))).chunk(2, dim=1)
        h = F.gelu(self.weather(weather) * (1 + scale) + offset)
        return {"area": self.area(h).squeeze(1), "hours": self.hours(h).squeeze(1)}


def fire_loss(out, truth):
    area = F.mse_loss(out["area"], truth["area"])
    hours = F.mse_loss(out["hours"], truth["hours"])
    return area + 0.5 * hours


def program(v: Variation) -> Program:
    ground, weather = torch.randn(v.rows, 3, 9, 9), torch.randn(v.rows, 5)
    dry = ground[:, 0].mean((1, 2)) * 9
    spread = 0.8 * weather[:, 0] + 0.5 * weather[:, 1] + 0.4 * dry + 0.3 * torch.randn(v.rows)
    area = torch.exp(spread)
    hours = weather[:, 2] - 0.4 * weather[:, 3] + 0.3 * torch.randn(v.rows)
    truth = {"area": area / area.mean(), "hours": (hours - hours.mean()) / hours.std()}
    return Program(FireNet(v.width), fire_loss, (ground, weather), truth)
