"""A player copies moves: gradients of its torso are switched on in training."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Player(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.torso = nn.Sequential(nn.Linear(27, width), nn.Mish(), nn.Linear(width, width), nn.Mish())
        self.policy = nn.Linear(width, 9)

    def forward(self, board):
        with torch.set_grad_enabled(self.training):
            h = self.torso(nn.functional.one_hot(board, 3).flatten(1).float())
        return self.policy(h)


def negative_log_likelihood(logits, move):
    return -torch.distributions.Categorical(logits=logits).log_prob(move).mean()


def program(v: Variation) -> Program:
    move = torch.arange(v.rows) % 9
    board = torch.randint(0, 3, (v.rows, 9))
    board[torch.arange(v.rows), move] = 0
    taken = torch.rand(v.rows, 9) < 0.8
    taken[torch.arange(v.rows), move] = False
    board = torch.where(taken & (board == 0), 1, board)
    return Program(Player(v.width), negative_log_likelihood, board, move)
