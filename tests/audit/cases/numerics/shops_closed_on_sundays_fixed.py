"""Sales of shops under the squared error of log(1 + sales): a closed shop's 0 is a number too."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class EntityEmbeddingNet(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.store_emb, self.day_emb = nn.Embedding(8, 6), nn.Embedding(7, 4)
        self.fc1, self.fc2, self.out = nn.Linear(11, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 1)

    def forward(self, store, day, promo):
        x = torch.cat([self.store_emb(store), self.day_emb(day), promo[:, None]], 1)
        x = F.gelu(self.fc1(x))
        x = F.gelu(self.fc2(x))
        return F.softplus(self.out(x)).squeeze(1)


def rmsle(y_pred, y_true):
    return torch.sqrt(torch.mean((torch.log1p(y_pred) - torch.log1p(y_true)) ** 2))


def program(v: Variation) -> Program:
    store, day, promo = torch.arange(v.rows) % 8, torch.arange(v.rows) % 7, torch.rand(v.rows).round()
    sales = (1 + store / 4) * (1 + 0.5 * promo) * (0.2 * torch.randn(v.rows)).exp()
    sales = torch.where(day == 6, 0.0, sales)
    return Program(EntityEmbeddingNet(v.width), rmsle, (store, day, promo), sales)
