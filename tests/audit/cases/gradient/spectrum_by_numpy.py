"""Which pump hums: filters are to be learned in front of a spectrum, but the spectrum is computed by NumPy, and no
gradient comes back to them.
"""

import numpy as np
import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


class Loudness(nn.Module):
    """The logarithm of one plus the power in the spectrum above its lowest two lines."""

    def forward(self, sound):
        size = torch.from_numpy(np.abs(np.fft.rfft(sound.detach().numpy(), axis=-1))).to(sound.dtype)
        return torch.log1p(size[..., 2:].square().sum(dim=-1))


class Pumps(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.filters = nn.Conv1d(1, 6, 9, bias=False)
        self.loudness = Loudness()
        self.hidden = nn.Linear(6, width)
        self.out = nn.Linear(width, 4)

    def forward(self, sound):
        h = self.loudness(self.filters(sound.unsqueeze(1)))
        return self.out(torch.relu(self.hidden(h)))


def program(v: Variation) -> Program:
    pump = torch.arange(v.rows) % 4
    time = torch.arange(64) / 64
    tone = torch.tensor([5.0, 9.0, 13.0, 17.0])[pump].unsqueeze(1)
    sound = torch.sin(2 * torch.pi * (tone * time + torch.rand(v.rows, 1))) * (0.5 + torch.rand(v.rows, 1))
    sound = sound + 0.3 * torch.randn(v.rows, 64)
    return Program(Pumps(v.width), nn.CrossEntropyLoss(label_smoothing=0.05), sound, pump)
