"""Three futures of a pedestrian, of which only the nearest is drawn to the truth, and a score that says which."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None

MODES, STEPS = 3, 6


class Futures(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.encoder = nn.GRU(2, hidden, batch_first=True)
        self.paths = nn.Linear(hidden, MODES * STEPS * 2)
        self.scores = nn.Linear(hidden, MODES)

    def forward(self, past: Tensor) -> tuple[Tensor, Tensor]:
        _, h = self.encoder(past)
        return self.paths(h[0]).view(-1, MODES, STEPS, 2), self.scores(h[0])


def wta_loss(out: tuple[Tensor, Tensor], future: Tensor) -> Tensor:
    paths, scores = out
    error = (paths - future[:, None]).pow(2).sum(-1).mean(-1)
    nearest = error.detach().argmin(dim=1)
    regression = error.gather(1, nearest[:, None]).mean()
    return regression + F.cross_entropy(scores, nearest)


def program(v: Variation) -> Program:
    t = torch.arange(-5.0, STEPS + 1) / STEPS
    speed = 0.7 + 0.3 * torch.rand(v.rows, 1)
    turn = (torch.randint(3, (v.rows, 1)) - 1) * t.clamp(min=0) ** 2
    track = torch.stack([speed * t, turn], dim=-1) + 0.03 * torch.randn(v.rows, len(t), 2)
    return Program(Futures(v.width), wta_loss, track[:, :6], track[:, 6:])
