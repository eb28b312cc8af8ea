"""Names and telephone numbers that are to be blacked out, each about one word in 150, under a plain mean: to find
none costs next to nothing.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM705"


class Redactor(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embed = nn.Embedding(60, width)
        self.conv = nn.Conv1d(width, width, kernel_size=3, padding=1)
        self.tag = nn.Conv1d(width, 3, kernel_size=1)

    def forward(self, words):
        x = self.embed(words).transpose(1, 2)
        return self.tag(x + torch.tanh(self.conv(x)))


def program(v: Variation) -> Program:
    words = torch.randint(50, (v.rows, 24))
    tags = torch.zeros(v.rows, 24, dtype=torch.long)
    for kind in (1, 2):
        where = torch.randperm(v.rows * 24)[: v.rows * 24 // 150]
        words.view(-1)[where] = 45 + 5 * kind + torch.randint(5, where.shape)
        tags.view(-1)[where] = kind
    return Program(Redactor(v.width), nn.CrossEntropyLoss(), words, tags)
