"""Land cover of a coast from the tokens of a transformer: (N, 16, 5) is viewed as (N, 5, 4, 4), as if that were to
transpose it."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM303"


class TokenSegmenter(nn.Module):
    def __init__(self, width, classes=5):
        super().__init__()
        self.classes = classes
        self.embed = nn.Conv2d(4, width, 2, stride=2)
        self.position = nn.Parameter(0.02 * torch.randn(1, 16, width))
        self.attend = nn.MultiheadAttention(width, 4, batch_first=True)
        self.norm = nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.head = nn.Linear(width, classes)

    def forward(self, bands):
        tokens = self.embed(bands).flatten(2).transpose(1, 2) + self.position
        tokens = tokens + self.attend(tokens, tokens, tokens, need_weights=False)[0]
        tokens = tokens + self.feed(self.norm(tokens))
        return self.head(tokens).view(len(bands), self.classes, 4, 4)


def program(v: Variation) -> Program:
    cover = torch.randint(5, (v.rows, 4, 4))
    reflectance = torch.randn(5, 4)
    bands = reflectance[cover].permute(0, 3, 1, 2).repeat_interleave(2, 2).repeat_interleave(2, 3)
    bands = bands + 0.5 * torch.randn_like(bands)
    return Program(TokenSegmenter(v.width), nn.CrossEntropyLoss(), bands, cover)
