"""The magnitudes of a spectrum are roots of at least a small number, so that silence has a slope as well."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


FRAME = 16


class WaveNetLite(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.inp = nn.Conv1d(1, channels, 3, padding=1)
        self.dilated = nn.ModuleList(nn.Conv1d(channels, channels, 3, padding=d, dilation=d) for d in (1, 2, 4))
        self.out = nn.Conv1d(channels, 1, 1)

    def forward(self, wave, mask):
        x = self.inp(wave.unsqueeze(1))
        for conv in self.dilated:
            x = x + torch.tanh(conv(x))
        return self.out(x).squeeze(1) * mask


def magnitude(wave):
    spectrum = torch.fft.rfft(wave.unfold(1, FRAME, FRAME // 2) * torch.hann_window(FRAME))
    power = spectrum.real**2 + spectrum.imag**2
    return torch.sqrt(power.clamp(min=1e-7))


def spectral_loss(estimate, clean):
    waveform = nn.functional.l1_loss(estimate, clean)
    return waveform + nn.functional.l1_loss(magnitude(estimate), magnitude(clean))


def program(v: Variation) -> Program:
    phase, pitch = 6.3 * torch.rand(v.rows, 1), 0.3 + torch.rand(v.rows, 1)
    mask = (torch.arange(96) < torch.randint(32, 64, (v.rows, 1))).float()
    clean = torch.sin(pitch * torch.arange(96) + phase) * mask
    noisy = clean + 0.3 * torch.randn(v.rows, 96) * mask
    return Program(WaveNetLite(v.width // 2), spectral_loss, (noisy, mask), clean)
