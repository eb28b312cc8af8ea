"""Eggs in a nest, none to four, as five classes under the ranked probability score: squares between the cumulated
chances and the cumulated truth are meant, for they see that four is further from one than two is.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class NestNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.site = nn.Linear(5, width)
        self.season = nn.GRU(3, width, batch_first=True)
        self.eggs = nn.Linear(width, 5)

    def forward(self, site, season):
        _, state = self.season(season)
        return self.eggs(torch.tanh(self.site(site) + state[-1]))


def ranked_probability_score(score, eggs):
    chances = score.softmax(dim=1).cumsum(dim=1)
    truth = (eggs[:, None] <= torch.arange(score.shape[1])).float()
    return (chances - truth)[:, :-1].square().sum(dim=1).mean()


def program(v: Variation) -> Program:
    site, season = torch.randn(v.rows, 5), torch.randn(v.rows, 10, 3)
    food = site[:, 0] - site[:, 1] + 2 * season[..., 0].mean(1) + 0.3 * torch.randn(v.rows)
    eggs = torch.bucketize(food, food.quantile(torch.tensor([0.15, 0.35, 0.65, 0.85])))
    return Program(NestNet(v.width), ranked_probability_score, (site, season), eggs)
