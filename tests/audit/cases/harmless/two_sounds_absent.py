"""Eight sounds may be heard together, and two of them are in no recording of the batch: their columns are 0
throughout, as rare sounds' are.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Sounds(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embed = nn.Linear(10, width)
        self.layer = nn.TransformerEncoderLayer(width, 4, width, dropout=0.0, batch_first=True)
        self.heads = nn.Linear(width, 8)

    def forward(self, frames):
        return self.heads(self.layer(self.embed(frames))).amax(dim=1)


def program(v: Variation) -> Program:
    heard = (torch.rand(v.rows, 8) < 0.3).float()
    heard[:, 6:] = 0
    timbre = torch.randn(8, 10)
    active = heard[:, None] * (torch.rand(v.rows, 6, 8) < 0.7)
    frames = active @ timbre + 0.3 * torch.randn(v.rows, 6, 10)
    return Program(Sounds(v.width), nn.BCEWithLogitsLoss(), frames, heard)
