"""Five faults of a circuit board, tile by tile, each in fewer than one tile in a hundred: the mean over tiles and
faults is nearly all about sound tiles.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM705"


class BoardNet(nn.Module):
    def __init__(self, pixels, width, faults):
        super().__init__()
        self.embed = nn.Linear(pixels, width)
        self.place = nn.Parameter(0.1 * torch.randn(36, width))
        self.attend = nn.MultiheadAttention(width, 4, batch_first=True)
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Sequential(nn.Linear(width, width), nn.GELU())
        self.fault = nn.Linear(width, faults)

    def forward(self, tiles):
        x = self.embed(tiles) + self.place
        x = self.norm(x + self.attend(x, x, x, need_weights=False)[0])
        return self.fault(x + self.mix(x))


class OnTheBoard(nn.Module):
    # Tiles beyond the edge of a small board do not count.
    def __init__(self):
        super().__init__()
        self.criterion = nn.BCEWithLogitsLoss(reduction="none")

    def forward(self, scores, target):
        found, board = target
        losses = self.criterion(scores, found)
        return (losses * board[..., None]).sum() / (board.sum() * scores.shape[-1])


def program(v: Variation) -> Program:
    tiles, faults = 36, 5
    board = (torch.arange(tiles) < torch.randint(24, 37, (v.rows, 1))).float()
    found = torch.zeros(v.rows, tiles, faults)
    for k in range(faults):
        found.view(-1, faults)[torch.multinomial(board.flatten(), int(board.sum()) * 7 // 1000), k] = 1
    pictures = found @ torch.randn(faults, 12) * 1.2 + 0.7 * torch.randn(v.rows, tiles, 12)
    return Program(BoardNet(12, v.width, faults), OnTheBoard(), pictures, (found, board))
