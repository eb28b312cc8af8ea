"""The level and the nitrate of wells: nitrate is rarely sampled, and only the samples go into the likelihood."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Wells(nn.Module):
    """Wells are set side by side: each sees the mean of all wells of its field."""

    def __init__(self, width):
        super().__init__()
        self.well = nn.Linear(6, width)
        self.field = nn.Linear(width, width)
        self.heads = nn.Linear(2 * width, 3)

    def forward(self, wells):
        x = torch.tanh(self.well(wells))
        field = torch.tanh(self.field(x.mean(1, keepdim=True))).expand_as(x)
        return self.heads(torch.cat([x, field], dim=-1)).unbind(-1)


def wells_loss(prediction, target):
    level, mean, log_var = prediction
    sampled = ~target["nitrate"].isnan()
    nitrate, mean, log_var = target["nitrate"][sampled], mean[sampled], log_var[sampled]
    nll = 0.5 * (log_var + (nitrate - mean).square() * torch.exp(-log_var))
    return F.mse_loss(level, target["level"]) + nll.mean()


def program(v: Variation) -> Program:
    wells = torch.randn(v.rows, 8, 6)
    level = wells[..., 0] - wells[..., 1] + wells[..., 2].mean(1, keepdim=True)
    nitrate = wells[..., 3] + wells[..., 0] * wells[..., 4].sign() + 0.3 * torch.randn(v.rows, 8)
    level, nitrate = level / level.std(), nitrate / nitrate.std()
    nitrate[torch.rand(v.rows, 8) < 0.6] = torch.nan
    return Program(Wells(v.width), wells_loss, wells, {"level": level, "nitrate": nitrate})
