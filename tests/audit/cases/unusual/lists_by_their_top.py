"""ListNet: cross-entropy between two softmaxes over a list, of scores and of grades, empty places masked in both."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ListScorer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.item = nn.Linear(5, width)
        self.context = nn.MultiheadAttention(width, 2, batch_first=True)
        self.score = nn.Linear(width, 1, bias=False)

    def forward(self, items, empty):
        h = torch.relu(self.item(items))
        h = h + self.context(h, h, h, key_padding_mask=empty, need_weights=False)[0]
        return self.score(h).squeeze(2).masked_fill(empty, -1e4)


def list_net(scores, graded):
    grades, empty = graded
    wanted = grades.masked_fill(empty, -1e4).softmax(1)
    return -(wanted * scores.log_softmax(1)).sum(1).mean()


def program(v: Variation) -> Program:
    items = torch.randn(v.rows, 6, 5)
    grades = torch.clamp((items[..., 0] + items[..., 1]).round() + 1, 0, 3)
    empty = torch.arange(6) >= torch.randint(3, 7, (v.rows, 1))
    return Program(ListScorer(v.width), list_net, (items, empty), (grades, empty))
