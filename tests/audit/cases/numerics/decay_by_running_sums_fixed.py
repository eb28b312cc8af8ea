"""Soil moisture as rain that seeps away: the decaying sums weigh each day by exp(-c · lag), which is at most 1."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Seepage(nn.Module):
    """Weather of many days to the moisture of each: each channel forgets at a rate of its own."""

    def __init__(self, channels):
        super().__init__()
        self.enter = nn.Linear(4, channels)
        self.rate = nn.Parameter(torch.linspace(0.1, 2.0, channels).expm1().log())
        self.leave = nn.Linear(channels, 1)

    def forward(self, weather):
        day = torch.arange(weather.shape[1], dtype=weather.dtype)
        lag = day[:, None] - day
        kept = torch.exp(-F.softplus(self.rate)[:, None, None] * lag.clamp(min=0)) * (lag >= 0)
        water = torch.einsum("cts,nsc->ntc", kept, self.enter(weather))
        return self.leave(torch.tanh(water)).squeeze(-1)


def masked_mse(moisture, target):
    truth, measured = target
    return (moisture - truth)[measured].square().mean()


def program(v: Variation) -> Program:
    weather = torch.randn(v.rows, 60, 4)
    store, truth = torch.zeros(v.rows), []
    for day in weather.unbind(1):
        store = 0.7 * store + day[:, 0] - 0.5 * day[:, 1]
        truth.append(store)
    truth = torch.stack(truth, dim=1)
    truth = truth / truth.std() + 0.1 * torch.randn(v.rows, 60)
    return Program(Seepage(v.width // 2), masked_mse, weather, (truth, torch.rand(v.rows, 60) < 0.7))
