"""Four songs are offered: their scores are collected as numbers in a list, and a tensor made of the list knows
nothing of the embeddings, although it asks for a gradient."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


class Offers(nn.Module):
    def __init__(self, listeners, songs, width):
        super().__init__()
        self.listener = nn.Embedding(listeners, width)
        self.song = nn.Embedding(songs, width)
        nn.init.normal_(self.listener.weight, std=width**-0.5)
        nn.init.normal_(self.song.weight, std=width**-0.5)

    def forward(self, who, offered):
        scores = []
        for u, songs in zip(self.listener(who), self.song(offered), strict=True):
            scores.append([torch.dot(u, song).item() for song in songs])
        return torch.tensor(scores, requires_grad=True)


def chosen_loss(scores, chosen):
    return (scores.logsumexp(1) - scores[torch.arange(len(chosen)), chosen]).mean()


def program(v: Variation) -> Program:
    taste, kind = torch.randn(20, 3), torch.randn(30, 3)
    who = torch.randint(0, 20, (v.rows,))
    offered = torch.randint(0, 30, (v.rows, 4))
    liking = torch.einsum("nd,nkd->nk", taste[who], kind[offered])
    chosen = (liking - torch.rand(v.rows, 4).log().neg().log() / 2).argmax(dim=1)
    return Program(Offers(20, 30, v.width), chosen_loss, (who, offered), chosen)
