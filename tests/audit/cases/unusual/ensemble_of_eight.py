"""Eight networks in one batched product: each of the eight meets every target, by a broadcast that is meant."""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class EnsembleLinear(nn.Module):
    def __init__(self, members: int, n_in: int, n_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(members, n_in, n_out) / n_in**0.5)
        self.bias = nn.Parameter(torch.zeros(members, 1, n_out))

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("enb,ebo->eno", x, self.weight) + self.bias


class Dynamics(nn.Module):
    """The next state of a robot by each member: (members, rows, states)."""

    def __init__(self, hidden: int, members: int = 8) -> None:
        super().__init__()
        self.members = members
        self.first = EnsembleLinear(members, 5, hidden)
        self.second = EnsembleLinear(members, hidden, 4)

    def forward(self, state: Tensor, action: Tensor) -> Tensor:
        x = torch.cat([state, action], -1).expand(self.members, -1, -1)
        return self.second(torch.nn.functional.silu(self.first(x)))


def ensemble_loss(delta: Tensor, target: Tensor) -> Tensor:
    """Summed over the members, each of which has its own parameters; target has the shape (rows, states)."""
    return (delta - target.unsqueeze(0)).square().mean(dim=(1, 2)).sum()


def program(v: Variation) -> Program:
    state, action = torch.randn(v.rows, 4), torch.randn(v.rows, 1)
    change = torch.tanh(state.roll(1, dims=1) + action) + 0.1 * torch.randn(v.rows, 4)
    return Program(Dynamics(v.width), ensemble_loss, (state, action), change)
