"""Forces on the atoms of molecules that are filled up to 12: each molecule's error is divided by its own atoms."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ForceField(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.pair = nn.Sequential(nn.Linear(1, width), nn.SiLU(), nn.Linear(width, 1))

    def forward(self, position, present):
        away = position[:, :, None] - position[:, None]
        squared = away.square().sum(-1, keepdim=True)
        both = (present[:, :, None] & present[:, None]).unsqueeze(-1)
        pull = self.pair(torch.exp(-squared)) * torch.exp(-squared) * both
        return {"force": (pull * away).sum(dim=2), "present": present}


def force_loss(out, force):
    error = (out["force"] - force).abs().sum(dim=-1)
    return ((error * out["present"]).sum(dim=1) / out["present"].sum(dim=1)).mean()


def program(v: Variation) -> Program:
    atoms = torch.randint(3, 9, (v.rows, 1))
    present = torch.arange(12) < atoms
    position = torch.randn(v.rows, 12, 3) * present[..., None]
    away = position[:, :, None] - position[:, None]
    both = (present[:, :, None] & present[:, None])[..., None]
    force = (2 * torch.exp(-1.5 * away.square().sum(-1, keepdim=True)) * away * both).sum(dim=2)
    force = force + 0.05 * torch.randn_like(force) * present[..., None]
    return Program(ForceField(v.width), force_loss, (position, present), force)
