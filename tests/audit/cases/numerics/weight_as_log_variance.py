"""Two tasks of a robot's arm weighed by exp(-s): a weight of 100 is written where the logarithm of a variance
belongs, and exp(100) is infinite."""

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from audit.programs import Program, Variation

EXPECTED = "LM603"


class Arm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(14, width), nn.SiLU(), nn.LayerNorm(width))
        self.pose = nn.Linear(width, 3)
        self.grip = nn.Linear(width, 1)

    def forward(self, joints):
        h = self.trunk(joints)
        return {"pose": self.pose(h), "grip": self.grip(h).squeeze(1)}


class UncertaintyWeighting(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.Parameter(torch.tensor([0.0, -100.0]))

    def forward(self, out, truth):
        losses = torch.stack(
            [mse_loss(out["pose"], truth["pose"]), binary_cross_entropy_with_logits(out["grip"], truth["grip"])]
        )
        return (torch.exp(-self.s) * losses + self.s).sum()


def program(v: Variation) -> Program:
    joints = torch.randn(v.rows, 14)
    pose = torch.tanh(joints @ torch.randn(14, 3) / 3) + 0.1 * torch.randn(v.rows, 3)
    grip = (joints[:, 0] - joints[:, 1] + 0.5 * torch.randn(v.rows) > 0).float()
    return Program(Arm(v.width), UncertaintyWeighting(), joints, {"pose": pose, "grip": grip})
