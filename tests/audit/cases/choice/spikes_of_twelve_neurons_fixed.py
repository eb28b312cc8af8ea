"""How often each of twelve neurons fires while a film is shown, none to about ten times, by the Poisson likelihood of
the logarithm of its rate, over the neurons that were recorded.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Retina(nn.Module):
    def __init__(self, width, neurons):
        super().__init__()
        self.space = nn.Conv2d(4, width // 2, 3)
        self.pool = nn.AvgPool2d(2)
        self.readout = nn.Linear(width // 2 * 9, neurons)

    def forward(self, film):
        return self.readout(self.pool(F.softsign(2 * self.space(film))).flatten(1))


def recorded_mean(losses, recorded):
    return (losses * recorded).sum() / recorded.sum()


def spike_loss(score, target):
    spikes, recorded = target
    return recorded_mean(F.poisson_nll_loss(score, spikes, log_input=True, reduction="none"), recorded)


def program(v: Variation) -> Program:
    film = torch.randn(v.rows, 4, 8, 8)
    film = film + film.mean((2, 3), keepdim=True) * 6
    seen = film.mean((2, 3)) * 1.1
    base = torch.linspace(-0.7, 0.9, 12)
    rate = torch.exp(base + 0.6 * seen @ torch.randn(4, 12) / 2)
    spikes = torch.poisson(rate.clamp(max=9))
    recorded = (torch.rand(v.rows, 12) < 0.9).float()
    return Program(Retina(v.width, 12), spike_loss, film, (spikes, recorded))
