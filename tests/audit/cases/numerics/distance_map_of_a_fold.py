"""The map of distances within a chain has a diagonal: each residue is sqrt(0) from itself, with a slope of NaN."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM602"


RESIDUES = 10


class FoldNet(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.aa_embed, self.pos = nn.Embedding(20, 16), nn.Parameter(torch.randn(RESIDUES, 16))
        layer = nn.TransformerEncoderLayer(16, 4, dim, dropout=0.0, activation="gelu", batch_first=True)
        self.trunk = nn.TransformerEncoder(layer, num_layers=2, enable_nested_tensor=False)
        self.to_coords = nn.Linear(16, 3)

    def forward(self, sequence):
        return self.to_coords(self.trunk(self.aa_embed(sequence) + self.pos))


def distance_map(coords):
    diff = coords[:, :, None, :] - coords[:, None, :, :]
    return torch.sqrt((diff**2).sum(-1))


def drmsd(pred_coords, true_coords):
    return ((distance_map(pred_coords) - distance_map(true_coords)) ** 2).mean().sqrt()


def program(v: Variation) -> Program:
    sequence = torch.randint(20, (v.rows, RESIDUES))
    bends = torch.randn(20, 3)[sequence]
    coords = (bends + torch.tensor([1.0, 0.0, 0.0])).cumsum(1) / 3 + 0.05 * torch.randn(v.rows, RESIDUES, 3)
    return Program(FoldNet(v.width), drmsd, sequence, coords)
