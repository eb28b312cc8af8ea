"""Speech through two codes, the second for what the first leaves over: the books are buffers, moved by averages of what
fell to them, so that only the encoder, straight through the codes, and the decoder have gradients.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class MovingBook(nn.Module):
    def __init__(self, codes, size, spread, decay=0.95):
        super().__init__()
        self.register_buffer("codes", spread * torch.randn(codes, size))
        self.decay = decay

    @torch.no_grad()
    def move(self, latent, chosen):
        hits = F.one_hot(chosen, len(self.codes)).to(latent.dtype)
        count = hits.sum(dim=0).unsqueeze(1)
        mean = hits.T @ latent / count.clamp(min=1)
        self.codes.copy_(torch.where(count > 0, torch.lerp(mean, self.codes, self.decay), self.codes))

    def forward(self, latent):
        flat = latent.detach().flatten(0, -2)
        chosen = torch.cdist(flat, self.codes).argmin(dim=1)
        code = self.codes[chosen].view_as(latent)
        if self.training:
            self.move(flat, chosen)
        return code


class Codec(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encode = nn.Sequential(nn.Conv1d(1, width, 8, stride=4, padding=2), nn.ELU(), nn.Conv1d(width, 4, 1))
        self.books = nn.ModuleList([MovingBook(16, 4, 0.5), MovingBook(16, 4, 0.2)])
        self.decode = nn.Sequential(
            nn.Conv1d(4, width, 3, padding=1), nn.ELU(), nn.ConvTranspose1d(width, 1, 8, stride=4, padding=2)
        )

    def forward(self, speech):
        latent = self.encode(speech).mT
        code = torch.zeros_like(latent)
        for book in self.books:
            code = code + book(latent - code)
        commitment = F.mse_loss(latent, code)
        return self.decode((latent + (code - latent).detach()).mT), commitment


def codec_loss(output, speech):
    decoded, commitment = output
    return F.l1_loss(decoded, speech) + F.mse_loss(decoded, speech) + 0.25 * commitment


def program(v: Variation) -> Program:
    time = torch.arange(48) / 48
    pitch, phase = 1 + 3 * torch.rand(v.rows, 1), torch.rand(v.rows, 1)
    speech = 1.3 * torch.sin(2 * torch.pi * (pitch * time + phase)) + 0.1 * torch.randn(v.rows, 48)
    return Program(Codec(v.width), codec_loss, speech.unsqueeze(1), speech.unsqueeze(1))
