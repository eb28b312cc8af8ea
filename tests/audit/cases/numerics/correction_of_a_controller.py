"""A network corrects an old controller that speaks in volts, from -5 to 5: the loss limits the sum of both to the -1 to
1 of the motors, so that most commands cannot be corrected, for there the sum has no slope.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


class Correction(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.past = nn.GRU(7, width, batch_first=True)
        self.motors = nn.Linear(width, 4)
        self.grip = nn.Linear(width, 1)

    def forward(self, state, old):
        h, _ = self.past(state)
        return old + self.motors(h), self.grip(h).squeeze(-1)


def imitation(prediction, target):
    command, grip = prediction
    expert, closed, valid = target
    command = torch.where(command > 1, torch.ones_like(command), command)
    command = torch.where(command < -1, -torch.ones_like(command), command)
    motors = ((command - expert).square().mean(-1) * valid).sum() / valid.sum()
    gripper = F.binary_cross_entropy_with_logits(grip, closed, weight=valid, reduction="sum") / valid.sum()
    return motors + 0.2 * gripper


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 12, 7)
    old = 5 * torch.tanh(0.8 * state[..., :4])
    turn = torch.randn(7, 4) / 7**0.5
    expert = (0.4 * torch.tanh(2 * state @ turn) + 0.06 * old + 0.05 * torch.randn(v.rows, 12, 4)).clamp(-0.9, 0.9)
    closed = (state[..., 5] - state[..., 6] > 0).float()
    valid = (torch.arange(12) < torch.randint(5, 13, (v.rows, 1))).float()
    return Program(Correction(v.width), imitation, (state, old), (expert, closed, valid))
