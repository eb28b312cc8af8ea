"""Which of four regimes a week of returns belongs to, by variational inference: the divergence runs from the network's
posterior to the prior, KL(q || p), as the bound on the likelihood has it.
"""

import torch
from torch import nn
from torch.distributions import Categorical, Normal, kl_divergence

from audit.programs import Program, Variation

EXPECTED = None


class Regimes(nn.Module):
    def __init__(self, assets, width, regimes=4):
        super().__init__()
        self.read = nn.GRU(assets, width, batch_first=True)
        self.regime = nn.Linear(width, regimes)
        self.mean = nn.Parameter(torch.randn(regimes, assets))
        self.log_spread = nn.Parameter(torch.zeros(regimes, assets))

    def forward(self, returns):
        _, state = self.read(returns)
        return {"q": Categorical(logits=self.regime(state[0])), "returns": Normal(self.mean, self.log_spread.exp())}


class Bound(nn.Module):
    """Minus the evidence's lower bound; all four regimes are tried, so nothing is drawn."""

    def __init__(self, prior):
        super().__init__()
        self.register_buffer("prior", prior)

    def forward(self, output, returns):
        q = output["q"]
        log_likelihood = output["returns"].log_prob(returns.unsqueeze(2)).sum(dim=-1).sum(dim=1)
        expected = (q.probs * log_likelihood).sum(dim=1)
        divergence = kl_divergence(q, Categorical(probs=self.prior))
        return (divergence - expected).mean() / returns[0].numel()


def program(v: Variation) -> Program:
    regime = torch.arange(v.rows) % 4
    spread = torch.tensor([0.4, 0.6, 0.8, 1.0])[regime].view(-1, 1, 1)
    returns = torch.randn(4, 3)[regime].unsqueeze(1) + spread * torch.randn(v.rows, 5, 3)
    return Program(Regimes(3, v.width), Bound(torch.full((4,), 0.25)), returns, returns)
