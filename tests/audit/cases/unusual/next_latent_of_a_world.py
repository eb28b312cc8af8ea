"""A prior for the next latent state against the posterior that saw it: the divergence of two Gaussians, with free
bits.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributions import Independent, Normal, kl_divergence

from audit.programs import Program, Variation

EXPECTED = None


class TransitionModel(nn.Module):
    def __init__(self, belief: int, stoch: int, action: int) -> None:
        super().__init__()
        self.cell = nn.GRUCell(stoch + action, belief)
        self.prior = nn.Linear(belief, 2 * stoch)

    def forward(self, state: Tensor, action: Tensor, belief: Tensor) -> Independent:
        h = self.cell(torch.cat([state, action], -1), belief)
        mean, std = self.prior(h).chunk(2, dim=-1)
        return Independent(Normal(mean, F.softplus(std) + 0.1), 1)


def kl_loss(prior: Independent, posterior: dict[str, Tensor], free_nats: float = 0.1) -> Tensor:
    q = Independent(Normal(posterior["mean"], posterior["std"]), 1)
    return kl_divergence(q, prior).clamp(min=free_nats).mean()


def program(v: Variation) -> Program:
    state, action = torch.randn(v.rows, 4), torch.randn(v.rows, 2)
    mean = torch.tanh(state + action.repeat(1, 2)) + 0.1 * torch.randn(v.rows, 4)
    posterior = {"mean": mean, "std": 0.4 + 0.1 * torch.rand(v.rows, 4)}
    belief = torch.tanh(torch.randn(v.rows, v.width))
    return Program(TransitionModel(v.width, 4, 2), kl_loss, (state, action, belief), posterior)
