"""The value of a move on a board: the error itself is clipped to [-1, 1] before it is squared, so that whatever is
wrong by more than 1 has no gradient."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


class BoardValues(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(2, channels, 3, padding=1)
        self.value = nn.Linear(channels * 9, 4)

    def forward(self, board):
        return self.value(F.adaptive_avg_pool2d(F.elu(self.conv(board)), 3).flatten(1))


def td_loss(q, transition):
    action, gain = transition
    error = gain - q.gather(1, action[:, None]).squeeze(1)
    return error.clamp(-1, 1).square().mean() / 2


def program(v: Variation) -> Program:
    board = (torch.rand(v.rows, 2, 8, 8) < torch.rand(v.rows, 2, 1, 1)).float()
    action = torch.randint(0, 4, (v.rows,))
    lead = (board[:, 0].mean((1, 2)) - board[:, 1].mean((1, 2))) * (1.0 - action.fmod(2) * 2.0)
    gain = 8 * lead + 0.5 * torch.randn(v.rows)
    return Program(BoardValues(v.width), td_loss, board, (action, gain))
