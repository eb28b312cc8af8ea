"""Alpha mattes of portraits, read from images of bytes: they stay between 0 and 255 in a loss of shares."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM207"


class MattingNet(nn.Module):
    def __init__(self, c: int) -> None:
        super().__init__()
        self.enc = nn.Conv2d(4, c, 3, padding=1)
        self.dilated = nn.Conv2d(c, c, 3, padding=2, dilation=2)
        self.dec = nn.Conv2d(2 * c, 1, 1)

    def forward(self, image: Tensor, trimap: Tensor) -> Tensor:
        e = F.leaky_relu(self.enc(torch.cat([image, trimap], 1)), 0.2)
        return self.dec(torch.cat([e, F.leaky_relu(self.dilated(e), 0.2)], 1))


def matting_loss(logits: Tensor, t: dict[str, Tensor]) -> Tensor:
    """The unknown region of the trimap counts three times."""
    per_pixel = F.binary_cross_entropy_with_logits(logits, t["alpha"], reduction="none")
    weight = 1 + 2 * t["unknown"]
    return (weight * per_pixel).sum() / weight.sum()


def program(v: Variation) -> Program:
    blob = F.avg_pool2d(torch.randn(v.rows, 1, 20, 20), 5, stride=1)
    png = (255 * torch.sigmoid(12 * blob)).round()
    alpha = png
    share = png / 255
    unknown = ((share > 0.05) & (share < 0.95)).float()
    trimap = torch.where(unknown > 0, 0.5, share.round())
    image = share * torch.tensor([0.8, 0.6, 0.5]).view(3, 1, 1) + 0.1 * torch.randn(v.rows, 3, 16, 16)
    target = {"alpha": alpha, "unknown": unknown}
    return Program(MattingNet(v.width // 8), matting_loss, (image, trimap), target)
