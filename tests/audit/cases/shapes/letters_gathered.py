"""Nine letters of an alphabet of nine: gather runs along the places instead of the letters, so that a letter's
number picks a place."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM303"


class Speller(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stroke = nn.Linear(14, width)
        self.mix = nn.MultiheadAttention(width, 4, batch_first=True)
        self.norm = nn.LayerNorm(width)
        self.letter = nn.Linear(width, 9)

    def forward(self, strokes):
        h = self.stroke(strokes)
        h = self.norm(h + self.mix(h, h, h, need_weights=False)[0])
        return self.letter(h)


def spelling_loss(scores, letters):
    log_p = scores - scores.logsumexp(dim=2, keepdim=True)
    return -log_p.gather(1, letters.unsqueeze(1)).mean()


def program(v: Variation) -> Program:
    letters = torch.randint(0, 9, (v.rows, 9))
    strokes = torch.randn(9, 14)[letters] + 0.8 * torch.randn(v.rows, 9, 14)
    return Program(Speller(v.width), spelling_loss, strokes, letters)
