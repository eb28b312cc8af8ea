"""Sound by its spectra at two resolutions: the relative error of magnitudes, and of their logarithms."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MultiResolutionSTFTLoss(nn.Module):
    def __init__(self, windows=(16, 64)):
        super().__init__()
        self.windows = windows

    def _magnitude(self, x, n_fft):
        s = torch.stft(x, n_fft, n_fft // 4, window=torch.hann_window(n_fft), return_complex=True)
        return torch.sqrt(torch.clamp(s.real**2 + s.imag**2, min=1e-6))

    def forward(self, predicted, clean):
        total = 0.0
        for n_fft in self.windows:
            p, c = self._magnitude(predicted, n_fft), self._magnitude(clean, n_fft)
            total = total + torch.linalg.norm(c - p) / torch.linalg.norm(c) + (c.log() - p.log()).abs().mean()
        return total / len(self.windows)


class SourceFilter(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.enc = nn.Conv1d(1, channels, 9, padding=4)
        self.gru = nn.GRU(channels, channels, batch_first=True)
        self.dec = nn.Conv1d(channels, 1, 9, padding=4)

    def forward(self, noisy):
        h = torch.tanh(self.enc(noisy.unsqueeze(1)))
        h = h + self.gru(h.transpose(1, 2))[0].transpose(1, 2)
        return noisy + self.dec(h).squeeze(1)


def program(v: Variation) -> Program:
    pitch, time = 0.2 + 0.6 * torch.rand(v.rows, 1), torch.arange(96)
    clean = torch.sin(pitch * time) + 0.5 * torch.sin(2 * pitch * time + 1) + 0.02 * torch.randn(v.rows, 96)
    noisy = clean + 0.4 * torch.randn(v.rows, 96)
    return Program(SourceFilter(v.width // 4), MultiResolutionSTFTLoss(), noisy, clean)
