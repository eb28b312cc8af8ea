"""A speaker names one of four pictures by three words, drawn hard by the Gumbel softmax, whose gradient is that of the
soft draw; a listener picks the picture, and the loss is drawn anew at each call.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Game(nn.Module):
    def __init__(self, features, width, words=3, vocabulary=6, temperature=1.0):
        super().__init__()
        self.speaker = nn.Sequential(nn.Linear(features, width), nn.ReLU(), nn.Linear(width, words * vocabulary))
        self.hear = nn.Sequential(nn.Linear(words * vocabulary, width), nn.ReLU(), nn.Linear(width, 12))
        self.see = nn.Sequential(nn.Linear(features, width), nn.ReLU(), nn.Linear(width, 12, bias=False))
        self.words, self.temperature = words, temperature

    def forward(self, shown, candidates):
        logits = self.speaker(shown).unflatten(-1, (self.words, -1))
        message = F.gumbel_softmax(logits, tau=self.temperature, hard=True).flatten(1)
        return (self.see(candidates) @ self.hear(message).unsqueeze(-1)).squeeze(-1), logits


class GameLoss(nn.Module):
    def __init__(self, entropy_weight=0.01):
        super().__init__()
        self.entropy_weight = entropy_weight

    def forward(self, output, which):
        choice, logits = output
        log_word = logits.log_softmax(dim=-1)
        entropy = -(log_word.exp() * log_word).sum(dim=-1).mean()
        return F.cross_entropy(choice, which) - self.entropy_weight * entropy


def program(v: Variation) -> Program:
    candidates = torch.randn(v.rows, 4, 7).sign() + 0.1 * torch.randn(v.rows, 4, 7)
    which = torch.arange(v.rows) % 4
    return Program(Game(7, v.width), GameLoss(), (candidates[torch.arange(v.rows), which], candidates), which)
