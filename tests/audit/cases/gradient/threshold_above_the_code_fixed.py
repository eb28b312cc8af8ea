"""A sparse code is scaled to length 1, and what is below 0.05 is cut off."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class SparseAutoencoder(nn.Module):
    """Activations of another network in, the same ones out, through a code that is mostly 0."""

    def __init__(self, d_in, d_code, threshold):
        super().__init__()
        self.encoder = nn.Linear(d_in, d_code)
        self.decoder = nn.Linear(d_code, d_in)
        self.threshold = threshold

    def forward(self, activations):
        code = F.normalize(self.encoder(activations), dim=-1)
        code = F.relu(code - self.threshold)
        return {"reconstruction": self.decoder(code), "code": code}


def sae_loss(output, activations, l1=1e-3):
    reconstruction = F.mse_loss(output["reconstruction"], activations)
    return reconstruction + l1 * output["code"].abs().sum(-1).mean()


def program(v: Variation) -> Program:
    activations = torch.randn(v.rows, 3) @ torch.randn(3, 12) / 3**0.5 + 0.1 * torch.randn(v.rows, 12)
    return Program(SparseAutoencoder(12, v.width, threshold=0.05), sae_loss, activations, activations)
