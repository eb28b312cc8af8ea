"""The distribution of returns on twenty-one atoms: the target is projected onto them, and each of its rows sums to
1.
"""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None

ATOMS, V_MIN, V_MAX = 21, -2.0, 2.0


def project(values: Tensor) -> Tensor:
    """The weight of each atom, for certain returns."""
    b = (values.clamp(V_MIN, V_MAX) - V_MIN) / (V_MAX - V_MIN) * (ATOMS - 1)
    return (1 - (b[:, None] - torch.arange(ATOMS)).abs()).clamp(min=0)


class C51(nn.Module):
    def __init__(self, hidden: int, actions: int) -> None:
        super().__init__()
        self.actions = actions
        self.features = nn.Sequential(nn.Linear(6, hidden), nn.ReLU())
        self.value = nn.Linear(hidden, ATOMS)
        self.advantage = nn.Linear(hidden, actions * ATOMS)

    def forward(self, obs: Tensor) -> Tensor:
        h = self.features(obs)
        advantage = self.advantage(h).view(-1, self.actions, ATOMS)
        q = self.value(h).unsqueeze(1) + advantage - advantage.mean(1, keepdim=True)
        return q.log_softmax(dim=-1)


def loss(log_p: Tensor, batch: tuple[Tensor, Tensor]) -> Tensor:
    action, m = batch
    log_pa = log_p[torch.arange(len(action)), action]
    return -(m * log_pa).sum(dim=1).mean()


def program(v: Variation) -> Program:
    obs = torch.randn(v.rows, 6)
    action = torch.randint(3, (v.rows,))
    returns = 0.8 * obs.gather(1, action[:, None]).squeeze(1) + 0.2 * torch.randn(v.rows)
    return Program(C51(v.width, 3), loss, obs, (action, project(returns)))
