"""The share of passengers that two stops of a bus network have in common, by a sigmoid of the product of their codes,
divided by the root of their length.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class BusNetwork(nn.Module):
    """Two layers of messages along the lines, and a decoder of pairs."""

    def __init__(self, features, width):
        super().__init__()
        self.own = nn.Linear(features, width)
        self.next = nn.Linear(features, width, bias=False)
        self.code = nn.Linear(width, width, bias=False)
        self.norm = nn.BatchNorm1d(width, affine=False)

    def forward(self, stops, lines):
        hidden = torch.tanh(self.own(stops) + self.next(lines @ stops))
        code = self.code(hidden)
        code = self.norm(code.flatten(0, 1)).view_as(code)
        i, j = torch.triu_indices(stops.shape[1], stops.shape[1], offset=1)
        return torch.sigmoid((code[:, i] * code[:, j]).sum(-1) / code.shape[-1] ** 0.5)


def program(v: Variation) -> Program:
    stops = torch.randn(v.rows, 9, 6)
    lines = (torch.rand(v.rows, 9, 9) < 0.3).float()
    lines = torch.maximum(lines, lines.mT)
    lines = lines / lines.sum(-1, keepdim=True).clamp(min=1)
    place = stops[..., :3] + lines @ stops[..., 3:]
    i, j = torch.triu_indices(9, 9, offset=1)
    common = torch.sigmoid((place[:, i] * place[:, j]).sum(-1) + 0.2 * torch.randn(v.rows, 36))
    return Program(BusNetwork(6, v.width), nn.MSELoss(), (stops, lines), common)
