"""A pupil learns a strong player's moves and its judgement of the position: the policy head ends in a softmax, and the
divergence is given probabilities where it wants their logarithms.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM401"


class Pupil(nn.Module):
    def __init__(self, width, moves):
        super().__init__()
        self.board = nn.Sequential(nn.Conv2d(2, 12, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(300, width))
        self.policy = nn.Sequential(nn.ReLU(), nn.Linear(width, moves), nn.Softmax(dim=1))
        self.value = nn.Sequential(nn.ReLU(), nn.Linear(width, 1), nn.Tanh())

    def forward(self, board):
        h = self.board(board)
        return self.policy(h), self.value(h)


def imitate(pupil, player):
    policy, value = pupil
    moves = F.kl_div(policy, player["policy"], reduction="batchmean")
    return moves + 0.5 * F.mse_loss(value, player["value"])


def program(v: Variation) -> Program:
    board = torch.randn(v.rows, 2, 5, 5)
    ours, theirs = board.flatten(2).unbind(dim=1)
    policy = torch.softmax((ours - 0.5 * theirs) @ torch.randn(25, 7) / 2.5, dim=1)
    value = torch.tanh((ours - theirs).mean(dim=1, keepdim=True) * 3)
    return Program(Pupil(v.width, 7), imitate, board, {"policy": policy, "value": 0.9 * value})
