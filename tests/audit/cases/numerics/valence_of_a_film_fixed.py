"""How pleasant a film is from second to second, by one minus the concordance in float32, beside its genre."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class FilmNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.scenes = nn.GRU(8, width, batch_first=True)
        self.valence = nn.Linear(width, 1)
        self.genre = nn.Linear(width, 3)

    def forward(self, scenes):
        h, last = self.scenes(scenes)
        return {"valence": self.valence(h).squeeze(-1), "genre": self.genre(last[-1])}


def concordance(x, y):
    x, y = x.flatten(), y.flatten()
    mx, my = x.mean(), y.mean()
    covariance = ((x - mx) * (y - my)).mean()
    return 2 * covariance / (x.var() + y.var() + (mx - my).square())


def film_loss(out, target):
    pleasant = 1 - concordance(out["valence"], target["valence"])
    return pleasant + 0.5 * F.cross_entropy(out["genre"], target["genre"])


def program(v: Variation) -> Program:
    genre = torch.randperm(v.rows) % 3
    scenes = torch.randn(v.rows, 24, 8)
    scenes[..., 5:] += 0.8 * F.one_hot(genre, 3)[:, None]
    valence = scenes[..., 0] + 0.6 * scenes[..., 1].roll(1, 1) - 0.4 * scenes[..., 2] * scenes[..., 3]
    valence = (valence - valence.mean()) / valence.std() + 0.2 * torch.randn(v.rows, 24)
    return Program(FilmNet(v.width), film_loss, scenes, {"valence": valence, "genre": genre})
