"""The next film among the batch's films: popular ones are drawn more often, which their log-frequency takes back."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class TwoTower(nn.Module):
    def __init__(self, users: int, items: int, dim: int) -> None:
        super().__init__()
        self.user = nn.Sequential(nn.Embedding(users, dim), nn.Linear(dim, dim))
        self.item = nn.Sequential(nn.Embedding(items, dim), nn.Linear(dim, dim))

    def forward(self, user: Tensor, item: Tensor) -> Tensor:
        u, i = F.normalize(self.user(user), dim=-1), F.normalize(self.item(item), dim=-1)
        return u @ i.T / 0.2


def sampled_softmax(scores: Tensor, batch: dict[str, Tensor]) -> Tensor:
    item = batch["item"]
    scores = scores - batch["log_q"]
    # the same film twice in a batch is not a negative of itself
    twice = (item[:, None] == item[None]) & ~torch.eye(len(item), dtype=torch.bool)
    return F.cross_entropy(scores.masked_fill(twice, -1e9), torch.arange(len(item)))


def program(v: Variation) -> Program:
    popularity = torch.softmax(0.7 * torch.randn(200), dim=0)
    item = torch.multinomial(popularity, v.rows, replacement=True)
    user = (item + torch.randint(0, 5, (v.rows,))) % 50
    batch = {"item": item, "log_q": popularity[item].log()}
    return Program(TwoTower(50, 200, v.width), sampled_softmax, (user, item), batch)
