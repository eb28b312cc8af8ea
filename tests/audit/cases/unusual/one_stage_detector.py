"""One object at most in each cell: an objectness everywhere, a box and a class only where there is an object."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class GridDetector(nn.Module):
    """For each of 4 × 4 cells: objectness, four numbers of a box, three classes."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, c, 4, stride=4), nn.BatchNorm2d(c), nn.LeakyReLU(0.1))
        self.head = nn.Conv2d(c, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.backbone(x)).permute(0, 2, 3, 1)


def yolo_loss(out: Tensor, target: dict[str, Tensor]) -> Tensor:
    obj = target["obj"]
    l_obj = F.binary_cross_entropy_with_logits(out[..., 0], obj.float())
    l_box = F.smooth_l1_loss(out[..., 1:5].sigmoid()[obj], target["box"][obj])
    l_cls = F.cross_entropy(out[..., 5:][obj], target["cls"][obj])
    return l_obj + 5.0 * l_box + l_cls


def program(v: Variation) -> Program:
    obj = torch.rand(v.rows, 4, 4) < 0.3
    cls = torch.randint(3, (v.rows, 4, 4))
    box = 0.2 + 0.6 * torch.rand(v.rows, 4, 4, 4)
    colours = torch.eye(3)[cls] * box[..., :1] * obj[..., None]
    image = colours.permute(0, 3, 1, 2).repeat_interleave(4, 2).repeat_interleave(4, 3)
    image = 2 * image + 0.1 * torch.randn_like(image)
    return Program(GridDetector(v.width), yolo_loss, image, {"obj": obj, "box": box, "cls": cls})
