"""A river's flow from ten days of rain: buckets spill what is above their capacity, but their level is a share of the
capacity, always below it, so that none ever spills and the layer says 0.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM808"


class Buckets(nn.Module):
    def __init__(self, days, width):
        super().__init__()
        self.inflow = nn.Linear(days, width)
        self.capacity = nn.Parameter(torch.full((width,), 0.5))

    def forward(self, rain):
        level = self.capacity * torch.sigmoid(self.inflow(rain))
        return F.relu(level - self.capacity)


class Catchment(nn.Module):
    def __init__(self, days, width):
        super().__init__()
        self.buckets = Buckets(days, width)
        self.spill = nn.Linear(width, 1, bias=False)
        self.direct = nn.Linear(days, 1)

    def forward(self, rain):
        return (self.spill(self.buckets(rain)) + self.direct(rain)).squeeze(-1)


def program(v: Variation) -> Program:
    rain = torch.randn(v.rows, 10)
    soil = rain @ torch.linspace(0.2, 1.0, 10) / 2
    flow = F.relu(soil - 0.3) + 0.2 * rain[:, -1] + 0.05 * torch.randn(v.rows)
    flow = (flow - flow.mean()) / flow.std()
    return Program(Catchment(10, v.width), nn.MSELoss(), rain, flow)
