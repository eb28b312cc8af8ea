"""A mixture density network over 128 bands: logarithms of densities are added, and logsumexp mixes them."""

import torch
from torch import nn
from torch.distributions import Normal

from audit.programs import Program, Variation

EXPECTED = None


BANDS, COMPONENTS = 128, 3


class MDN(nn.Module):
    def __init__(self, n_inputs, n_hidden):
        super().__init__()
        self.z_h = nn.Sequential(nn.Linear(n_inputs, n_hidden), nn.Tanh())
        self.z_pi = nn.Linear(n_hidden, COMPONENTS)
        self.z_mu = nn.Linear(n_hidden, COMPONENTS * BANDS)
        self.z_sigma = nn.Linear(n_hidden, COMPONENTS)

    def forward(self, x):
        z_h = self.z_h(x)
        pi = torch.softmax(self.z_pi(z_h), -1)
        mu = self.z_mu(z_h).unflatten(1, (COMPONENTS, BANDS))
        return pi, mu, nn.functional.softplus(self.z_sigma(z_h)) + 0.3


def mdn_loss(parameters, y):
    pi, mu, sigma = parameters
    m = Normal(loc=mu, scale=sigma.unsqueeze(-1))
    log_likelihood = m.log_prob(y.unsqueeze(1)).sum(2)
    return -torch.logsumexp(pi.log() + log_likelihood, dim=1).mean()


def program(v: Variation) -> Program:
    notes = torch.randn(v.rows, 10)
    spectrum = torch.tanh(notes @ torch.randn(10, BANDS)) + 0.5 * torch.randn(v.rows, BANDS)
    return Program(MDN(10, v.width), mdn_loss, notes, spectrum)
