"""A masked autoencoder predicts all patches, and only those that were hidden count: what is said of the others gets
no gradient.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MaskedAutoencoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.enter = nn.Linear(9, width)
        self.blank = nn.Parameter(0.02 * torch.randn(width))
        self.place = nn.Parameter(0.02 * torch.randn(16, width))
        layer = nn.TransformerEncoderLayer(width, 4, width, dropout=0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.leave = nn.Linear(width, 9)

    def forward(self, patches, hidden):
        tokens = torch.where(hidden.unsqueeze(-1), self.blank, self.enter(patches))
        return self.leave(self.encoder(tokens + self.place))


def hidden_only(prediction, target):
    patches, hidden = target
    error = (prediction - patches).square().mean(dim=-1)
    return (error * hidden).sum() / hidden.sum()


def program(v: Variation) -> Program:
    rows, columns = torch.meshgrid(torch.linspace(-1, 1, 12), torch.linspace(-1, 1, 12), indexing="ij")
    slope = torch.randn(v.rows, 2, 1, 1)
    image = slope[:, 0] * rows + slope[:, 1] * columns + 0.1 * torch.randn(v.rows, 12, 12)
    patches = image.unfold(1, 3, 3).unfold(2, 3, 3).reshape(v.rows, 16, 9)
    hidden = torch.rand(v.rows, 16).argsort(dim=1) < 10
    return Program(MaskedAutoencoder(v.width), hidden_only, (patches, hidden), (patches, hidden))
