"""Pictures and captions by a sigmoid of every pair: signs are meant, one pair in a row is right, and the learned
bias starts low because the others are wrong.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SigLIP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.vision = nn.Sequential(nn.Conv2d(1, width, 4, stride=4), nn.GELU(), nn.Flatten(), nn.Linear(4 * width, 16))
        self.text = nn.EmbeddingBag(30, 16)
        self.t_prime = nn.Parameter(torch.tensor(2.3))
        self.bias = nn.Parameter(torch.tensor(-10.0))

    def forward(self, image, caption):
        zimg = F.normalize(self.vision(image), dim=-1)
        ztxt = F.normalize(self.text(caption), dim=-1)
        return zimg @ ztxt.t() * self.t_prime.exp() + self.bias


def siglip_loss(logits, labels):
    return -F.logsigmoid(labels * logits).sum() / logits.shape[0]


def program(v: Variation) -> Program:
    caption = torch.randint(30, (v.rows, 4))
    image = torch.randn(30, 1, 8, 8)[caption].mean(dim=1) * 2 + 0.1 * torch.randn(v.rows, 1, 8, 8)
    return Program(SigLIP(v.width), siglip_loss, (image, caption), 2 * torch.eye(v.rows) - 1)
