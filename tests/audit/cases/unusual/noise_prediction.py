"""A diffusion model predicts the noise that was mixed in, so that its target is noise and its loss stays near its
start.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Denoiser(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(8, width), nn.SiLU())
        self.enter = nn.Linear(2, width)
        self.body = nn.Sequential(nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, 2))

    def forward(self, noisy, t):
        phase = t[:, None] * torch.exp(-torch.arange(4) * 1.5)
        clock = torch.cat([phase.sin(), phase.cos()], dim=1)
        return self.body(self.enter(noisy) + self.time(clock))


def program(v: Variation) -> Program:
    angle = 6.283 * torch.rand(v.rows)
    ring = torch.stack([angle.cos(), angle.sin()], dim=1)
    kept = torch.linspace(0.999, 0.02, 50)
    t = torch.randint(50, (v.rows,))
    noise = torch.randn_like(ring)
    share = kept[t].unsqueeze(1)
    noisy = share.sqrt() * ring + (1 - share).sqrt() * noise
    return Program(Denoiser(v.width), F.mse_loss, (noisy, t.float()), noise)
