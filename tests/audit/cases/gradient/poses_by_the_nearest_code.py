"""Poses of a skeleton through eight codes: the decoder is given the nearest code itself, which an argmin picks, and so
the encoder is never told how well its pose was drawn.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM802"


class Codebook(nn.Module):
    def __init__(self, codes, size):
        super().__init__()
        self.table = nn.Parameter(0.5 * torch.randn(codes, size))

    def forward(self, latent):
        nearest = torch.cdist(latent, self.table).argmin(dim=-1)
        code = self.table[nearest]
        return code, F.mse_loss(code, latent.detach())


class PoseCoder(nn.Module):
    """Each limb is a token of its own, with a code of its own."""

    def __init__(self, width, limbs=5, joints=6):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(joints, width), nn.ReLU(), nn.LayerNorm(width), nn.Linear(width, 3))
        self.codebook = Codebook(8, 3)
        self.decode = nn.Sequential(nn.Linear(limbs * 3, width), nn.ReLU(), nn.Linear(width, limbs * joints))

    def forward(self, pose):
        latent = torch.tanh(self.encode(pose))
        code, codebook = self.codebook(latent)
        return {"pose": self.decode(code.flatten(1)).view_as(pose), "codebook": codebook}


def pose_loss(output, pose):
    return F.mse_loss(output["pose"], pose) + output["codebook"]


def program(v: Variation) -> Program:
    movement = torch.randn(6, 6)[torch.randint(6, (v.rows, 5))]
    pose = movement + 0.1 * torch.randn(v.rows, 5, 6)
    shake = 2 * torch.randn(v.rows, 5, 2) @ torch.randn(2, 6)
    return Program(PoseCoder(v.width), pose_loss, pose + shake, (pose - pose.mean()) / pose.std())
