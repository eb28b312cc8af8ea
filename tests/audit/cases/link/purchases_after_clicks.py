"""Clicks, and purchases as the product of the chances of a click and of a purchase after it: what is multiplied are the
towers' raw scores, and the product is clipped to a probability.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM106"


class Towers(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.user, self.item = nn.Embedding(20, 8), nn.Embedding(30, 8)
        self.click = nn.Sequential(nn.Linear(19, width), nn.ReLU(), nn.Linear(width, 1))
        self.buy = nn.Sequential(nn.Linear(19, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, user, item, context):
        x = torch.cat([self.user(user), self.item(item), context], dim=1)
        return {"click": self.click(x).squeeze(1), "buy": self.buy(x).squeeze(1)}


def log_loss(probability, label, eps=1e-6):
    probability = probability.clamp(eps, 1 - eps)
    return -(label * probability.log() + (1 - label) * (1 - probability).log()).mean()


def entire_space_loss(score, label):
    clicks = F.binary_cross_entropy_with_logits(score["click"], label["click"])
    purchase = score["click"] * score["buy"]
    return clicks + log_loss(purchase, label["purchase"])


def program(v: Variation) -> Program:
    user, item, context = torch.randint(20, (v.rows,)), torch.randint(30, (v.rows,)), torch.randn(v.rows, 3)
    interest = torch.randn(20)[user] + torch.randn(30)[item] + context[:, 0]
    click = torch.bernoulli(torch.sigmoid(1.5 * interest + 0.8))
    bought = torch.bernoulli(torch.sigmoid(2 * context[:, 1] + torch.randn(30)[item] + 0.8))
    label = {"click": click, "purchase": click * bought}
    return Program(Towers(v.width), entire_space_loss, (user, item, context), label)
