"""The biases of users and jokes are (N,), as the products they are added to."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MatrixFactorization(nn.Module):
    def __init__(self, n_users, n_items, n_factors):
        super().__init__()
        self.user_factors = nn.Embedding(n_users, n_factors)
        self.item_factors = nn.Embedding(n_items, n_factors)
        self.user_bias = nn.Embedding(n_users, 1)
        self.item_bias = nn.Embedding(n_items, 1)
        for table in (self.user_factors, self.item_factors, self.user_bias, self.item_bias):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, user, item):
        pred = (self.user_factors(user) * self.item_factors(item)).sum(1)
        return pred + self.user_bias(user).squeeze(1) + self.item_bias(item).squeeze(1)


def program(v: Variation) -> Program:
    user, item = torch.randint(12, (v.rows,)), torch.randint(10, (v.rows,))
    taste, style = torch.randn(12, 2), torch.randn(10, 2)
    rating = (taste[user] * style[item]).sum(1) + taste[user, 0] + style[item, 1] + 0.2 * torch.randn(v.rows)
    return Program(MatrixFactorization(12, 10, v.width), nn.MSELoss(), (user, item), rating - rating.mean())
