"""The mask of an image's candidate labels is `> 0`, and the loss asks for the probability of the candidates."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Leaves(nn.Module):
    def __init__(self, width, species=5):
        super().__init__()
        self.patches = nn.Unfold(4, stride=4)
        self.embed = nn.Linear(16, width)
        self.attend = nn.MultiheadAttention(width, 4, batch_first=True)
        self.species = nn.Linear(width, species)

    def forward(self, leaf):
        tokens = self.embed(self.patches(leaf).transpose(1, 2))
        mixed, _ = self.attend(tokens, tokens, tokens, need_weights=False)
        return self.species((tokens + mixed).mean(1))


def partial_label_loss(logits, candidates):
    """The true species is one of the candidates that the amateurs wrote down."""
    mask = candidates > 0
    log_p = logits.log_softmax(1).masked_fill(~mask, -torch.inf)
    return -log_p.logsumexp(1).mean()


def program(v: Variation) -> Program:
    species = torch.arange(v.rows) % 5
    template = torch.randn(5, 1, 8, 8)
    leaf = template[species] + 0.5 * torch.randn(v.rows, 1, 8, 8)
    candidates = nn.functional.one_hot(species, 5) + torch.bernoulli(torch.full((v.rows, 5), 0.2))
    return Program(Leaves(v.width), partial_label_loss, leaf, candidates.clamp(max=1))
