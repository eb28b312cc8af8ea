"""How alike two spectra are: similarities below 0.5 are set to 0 before the loss, which leaves nearly all pairs
without a gradient."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


class SpectrumEncoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.peaks = nn.Linear(60, width)
        self.code = nn.Linear(width, 16, bias=False)
        self.centre = nn.BatchNorm1d(16, affine=False)

    def forward(self, spectrum):
        return self.centre(self.code(torch.tanh(self.peaks(spectrum))))


class Pairs(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encoder = SpectrumEncoder(width)

    def forward(self, one, other):
        return F.cosine_similarity(self.encoder(one), self.encoder(other))


def similarity_loss(similarity, alike):
    similarity = torch.where(similarity > 0.5, similarity, 0.0)
    return F.mse_loss(similarity, alike)


def program(v: Variation) -> Program:
    alike = torch.rand(v.rows)
    common, one, other = torch.randn(3, v.rows, 60).unbind(0)
    share = alike[:, None]
    spectra = tuple(share * common + (1 - share) * own + 0.8 * torch.randn(v.rows, 60) for own in (one, other))
    return Program(Pairs(v.width), similarity_loss, spectra, alike)
