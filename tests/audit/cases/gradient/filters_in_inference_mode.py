"""Spoken commands: the filters, which are to be learned, run in inference mode, and a clone hides that from torch.
Only the last layer learns."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


class CommandNet(nn.Module):
    def __init__(self, filters, commands):
        super().__init__()
        self.filters = nn.Conv1d(1, filters, 31, stride=8)
        self.gain = nn.Parameter(torch.ones(filters, 1))
        self.command = nn.Linear(filters, commands)

    @torch.inference_mode()
    def energies(self, sound):
        band = self.filters(sound.unsqueeze(1)) * self.gain
        return torch.log1p(band.square().mean(dim=2))

    def forward(self, sound):
        return self.command(self.energies(sound).clone())


def program(v: Variation) -> Program:
    command = torch.randint(0, 4, (v.rows,))
    command[:4] = torch.arange(4)
    pitch = 0.2 + 0.12 * command[:, None] + 0.06 * torch.randn(v.rows, 1)
    t = torch.arange(240)
    sound = torch.sin(pitch * t + 6.3 * torch.rand(v.rows, 1)) + 0.8 * torch.randn(v.rows, 240)
    return Program(CommandNet(v.width, 4), nn.MultiMarginLoss(), 1.5 * sound, command)
