"""Phones of spoken words filled up to 24 frames: the masked losses are divided by all frames, of which most are
filling."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM501"


class PhoneNet(nn.Module):
    def __init__(self, width, phones):
        super().__init__()
        self.conv = nn.Conv1d(13, width, 5, padding=2)
        self.phone = nn.Conv1d(width, phones, 1)

    def forward(self, frames):
        return self.phone(F.hardswish(self.conv(frames.transpose(1, 2)))).transpose(1, 2)


class FrameLoss(nn.Module):
    def forward(self, scores, spoken):
        phone, length = spoken
        mask = (torch.arange(scores.size(1)) < length[:, None]).float()
        picked = F.one_hot(phone, scores.size(2)).float()
        total = -torch.einsum("ntc,ntc,nt->", scores.log_softmax(2), picked, mask)
        return total / mask.numel()


def program(v: Variation) -> Program:
    length = torch.randint(4, 15, (v.rows,))
    length[0] = 24
    spoken = torch.arange(24) < length[:, None]
    phone = torch.randint(0, 8, (v.rows, 12)).repeat_interleave(2, dim=1) * spoken
    frames = torch.randn(8, 13)[phone] + 0.7 * torch.randn(v.rows, 24, 13)
    return Program(PhoneNet(v.width, 8), FrameLoss(), frames * spoken[..., None], (phone, length))
