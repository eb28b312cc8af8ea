"""A quantised autoencoder: the nearest code replaces the latent, and the gradient passes straight through it."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class VQ(nn.Module):
    def __init__(self, width, codes=8, size=4):
        super().__init__()
        self.encode = nn.Sequential(
            nn.Conv2d(1, width // 2, 4, stride=4), nn.ReLU(), nn.Conv2d(width // 2, size, 1), nn.Tanh()
        )
        self.codebook = nn.Parameter(0.3 * torch.randn(codes, size))
        self.decode = nn.Sequential(
            nn.Conv2d(size, width // 2, 1), nn.ReLU(), nn.ConvTranspose2d(width // 2, 1, 4, stride=4)
        )

    def forward(self, texture):
        latent = self.encode(texture).movedim(1, -1)
        with torch.no_grad():
            nearest = torch.cdist(latent.flatten(0, 2), self.codebook).argmin(1).view(latent.shape[:-1])
        code = F.embedding(nearest, self.codebook)
        through = latent + (code - latent).detach()
        return self.decode(through.movedim(-1, 1)), latent, code


def vq_loss(out, texture, beta=0.25):
    decoded, latent, code = out
    commitment = F.mse_loss(latent, code.detach())
    return F.mse_loss(decoded, texture) + F.mse_loss(code, latent.detach()) + beta * commitment


def program(v: Variation) -> Program:
    texture = F.interpolate(torch.randn(v.rows, 1, 2, 2), size=8, mode="bilinear") + 0.1 * torch.randn(v.rows, 1, 8, 8)
    return Program(VQ(v.width), vq_loss, texture, texture)
