"""Which token of a text is a slip, one in a hundred and fifty, beside the language of the text: the mean over tokens
that are not padding is content with a model that sees no slip.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM705"


class Proofreader(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.read = nn.GRU(width, width // 2, batch_first=True, bidirectional=True)
        self.slip = nn.Linear(2 * width, 1)
        self.language = nn.Linear(width, 2)

    def forward(self, tokens):
        x = self.embed(tokens)
        h, _ = self.read(x)
        return self.slip(torch.cat([x, h], dim=-1)).squeeze(-1), self.language(h.mean(1))


class ProofLoss(nn.Module):
    def __init__(self, share):
        super().__init__()
        self.share = share

    def forward(self, prediction, target):
        score, language = prediction
        slip = target["slip"]
        real = target["tokens"] != 0
        losses = F.binary_cross_entropy_with_logits(score, slip, reduction="none")
        tokens = losses[real].mean()
        return tokens + self.share * F.cross_entropy(language, target["language"])


def program(v: Variation) -> Program:
    length = 30
    language = torch.randperm(v.rows) % 2
    start = torch.randint(0, 12, (v.rows, 1))
    step = torch.where(language == 0, 1, 5)[:, None]
    tokens = 1 + (start + step * torch.arange(length)) % 12 + 12 * language[:, None]
    real = torch.arange(length) < torch.randint(16, 31, (v.rows, 1))
    slip = torch.zeros(v.rows, length)
    where = torch.multinomial(real.flatten().float(), int(real.sum()) // 150)
    slip.view(-1)[where] = 1
    tokens.view(-1)[where] = 25 + torch.randint(0, 6, where.shape)
    tokens = tokens * real
    return Program(
        Proofreader(31, v.width), ProofLoss(0.3), tokens, {"slip": slip, "tokens": tokens, "language": language}
    )
