"""Goals of a football match under a Poisson likelihood, the score being the logarithm of the rate."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class DixonColesNet(nn.Module):
    """Attack of one side and defence of the other, both learned."""

    def __init__(self, n_teams, dim):
        super().__init__()
        self.attack, self.defence = nn.Embedding(n_teams, 4), nn.Embedding(n_teams, 4)
        self.mlp = nn.Sequential(nn.Linear(9, dim), nn.SELU(), nn.Linear(dim, 1))

    def forward(self, team, opponent, home):
        features = torch.cat([self.attack(team), self.defence(opponent), home.unsqueeze(1)], dim=1)
        return self.mlp(features).squeeze(1)


def program(v: Variation) -> Program:
    matches = 4 * v.rows
    team, opponent = torch.randint(10, (matches,)), torch.randint(10, (matches,))
    home = torch.randint(2, (matches,)).float()
    strength = 0.3 * torch.randn(10)
    goals = torch.poisson((0.1 + 0.3 * home + strength[team] - strength[opponent]).exp())
    loss_fn = nn.PoissonNLLLoss(log_input=True)
    return Program(DixonColesNet(10, v.width), loss_fn, (team, opponent, home), goals)
