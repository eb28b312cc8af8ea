"""Bots among the accounts of small networks, one account in a hundred, beside how many posts an account writes: in the
plain mean over accounts it costs next to nothing to find no bot.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM705"


class AccountNet(nn.Module):
    def __init__(self, features, width):
        super().__init__()
        self.own = nn.Linear(features, width)
        self.friends = nn.Linear(features, width, bias=False)
        self.friends_of_friends = nn.Linear(width, width)
        self.heads = nn.Linear(width, 2)

    def forward(self, accounts, follows):
        h = torch.tanh(self.own(accounts) + self.friends(follows @ accounts))
        h = h + torch.tanh(self.friends_of_friends(follows @ h))
        bot, posts = self.heads(h).unbind(-1)
        return {"bot": bot, "posts": posts}


def account_loss(out, target):
    bots = F.binary_cross_entropy_with_logits(out["bot"], target["bot"])
    return bots + 0.2 * F.mse_loss(out["posts"], target["posts"])


def program(v: Variation) -> Program:
    n = 50
    follows = (torch.rand(v.rows, n, n) < 0.1).float()
    follows = follows / follows.sum(-1, keepdim=True).clamp(min=1)
    bot = torch.zeros(v.rows * n)
    bot[torch.randperm(v.rows * n)[: v.rows * n // 100]] = 1
    bot = bot.view(v.rows, n)
    accounts = torch.randn(v.rows, n, 8)
    accounts[..., :3] += 1.5 * bot[..., None]
    posts = accounts[..., 4] + (follows @ accounts)[..., 5] + 0.3 * torch.randn(v.rows, n)
    target = {"bot": bot, "posts": posts / posts.std()}
    return Program(AccountNet(8, v.width), account_loss, (accounts, follows), target)
