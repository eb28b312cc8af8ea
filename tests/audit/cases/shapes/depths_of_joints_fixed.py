"""Places of nine joints in the picture and their depths, each joint compared with itself."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class PoseLifter(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.inside = nn.Linear(8, width)
        self.which = nn.Parameter(0.1 * torch.randn(9, width))
        self.mix = nn.MultiheadAttention(width, 4, batch_first=True)
        self.plane = nn.Linear(width, 2)
        self.depth = nn.Linear(width, 1)

    def forward(self, features: Tensor) -> dict[str, Tensor]:
        h = F.silu(self.inside(features) + self.which)
        h = h + self.mix(h, h, h, need_weights=False)[0]
        return {"plane": self.plane(h), "depth": self.depth(h)}


class PoseLoss(nn.Module):
    def __init__(self, depth_weight: float = 0.5) -> None:
        super().__init__()
        self.depth_weight = depth_weight

    def forward(self, output: dict[str, Tensor], target: dict[str, Tensor]) -> Tensor:
        seen = target["seen"]
        plane = (output["plane"] - target["plane"]).abs().sum(-1)
        plane = (plane * seen).sum() / seen.sum()
        depth = (output["depth"] - target["depth"][..., None]).abs().mean()
        return plane + self.depth_weight * depth


def program(v: Variation) -> Program:
    joints = torch.randn(v.rows, 9, 3)
    seen = (torch.rand(v.rows, 9) < 0.85).float()
    features = joints @ torch.randn(3, 8) + 0.2 * torch.randn(v.rows, 9, 8)
    target = {"plane": joints[..., :2] * seen.unsqueeze(-1), "depth": joints[..., 2], "seen": seen}
    return Program(PoseLifter(v.width), PoseLoss(), features, target)
