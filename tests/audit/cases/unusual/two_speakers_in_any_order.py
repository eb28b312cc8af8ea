"""Two voices are told apart by the ratio of signal to distortion, in whichever order fits better: negative decibels."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Separator(nn.Module):
    """Masks on a learned filter bank, as in TasNet, beside half of the mixture."""

    def __init__(self, width):
        super().__init__()
        self.analysis = nn.Conv1d(1, width, 8, stride=4, bias=False)
        self.masks = nn.Conv1d(width, 2 * width, 3, padding=1)
        self.synthesis = nn.ConvTranspose1d(width, 1, 8, stride=4, bias=False)

    def forward(self, mixture):
        filtered = self.analysis(mixture[:, None])
        masks = torch.sigmoid(self.masks(filtered)).unflatten(1, (2, -1))
        voices = torch.stack([self.synthesis(filtered * mask)[:, 0] for mask in masks.unbind(1)], 1)
        return 0.5 * mixture[:, None] + voices


def decibels(estimate, source):
    scale = (estimate * source).sum(-1, keepdim=True) / source.square().sum(-1, keepdim=True)
    signal, rest = scale * source, estimate - scale * source
    return 10 * torch.log10((signal.square().sum(-1) + 1e-4) / (rest.square().sum(-1) + 1e-4))


def permutation_invariant(estimates, sources):
    straight = decibels(estimates, sources).mean(1)
    crossed = decibels(estimates, sources.flip(1)).mean(1)
    return -torch.maximum(straight, crossed).mean()


def program(v: Variation) -> Program:
    t = torch.arange(48) / 4
    pitch = torch.stack([0.6 + 0.3 * torch.rand(v.rows), 2.0 + 0.6 * torch.rand(v.rows)], 1)
    sources = torch.sin(pitch[..., None] * t + 6 * torch.rand(v.rows, 2, 1))
    return Program(Separator(v.width), permutation_invariant, sources.sum(1), sources)
