"""A plane's delay is drawn from Bernoulli(logits=score), where the score may be any real number."""

import torch
from torch import nn
from torch.distributions import Bernoulli

from audit.programs import Program, Variation

EXPECTED = None


class DelayModel(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.airport = nn.Embedding(6, 4)
        self.body = nn.Sequential(nn.Linear(4 + 2, width), nn.SiLU(), nn.LayerNorm(width))
        self.out = nn.Linear(width, 1)

    def forward(self, airport: torch.Tensor, weather: torch.Tensor) -> torch.Tensor:
        return self.out(self.body(torch.cat((self.airport(airport), weather), dim=-1))).squeeze(-1)


def negative_log_likelihood(score: torch.Tensor, delayed: torch.Tensor) -> torch.Tensor:
    return -Bernoulli(logits=score).log_prob(delayed).mean()


def program(v: Variation) -> Program:
    airport, weather = torch.randint(6, (v.rows,)), torch.randn(v.rows, 2)
    congested = torch.tensor([-1.0, 1.0, 0.0, -0.5, 0.5, 0.0])[airport]
    delayed = torch.bernoulli(torch.sigmoid(2 * congested + 1.5 * weather[:, 0] - weather[:, 1]))
    return Program(DelayModel(v.width), negative_log_likelihood, (airport, weather), delayed)
