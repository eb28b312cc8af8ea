"""How excited a voice is, by the concordance with what listeners said, and its emotion: a column meets a row, and the
covariance of the two is 0 whatever the network says."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM301"


class VoiceNetwork(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.frames = nn.GRU(6, width, batch_first=True)
        self.arousal = nn.Linear(width, 1)
        self.emotion = nn.Linear(width, 3)

    def forward(self, coefficients):
        h = self.frames(coefficients)[0].mean(1)
        return self.arousal(h), self.emotion(h)


def concordance(x, y):
    covariance = ((x - x.mean()) * (y - y.mean())).mean()
    spread = x.var(unbiased=False) + y.var(unbiased=False)
    return 2 * covariance / (spread + (x.mean() - y.mean()) ** 2)


class VoiceLoss(nn.Module):
    def __init__(self, share=0.6):
        super().__init__()
        self.share = share
        self.kind = nn.CrossEntropyLoss()

    def forward(self, output, target):
        (arousal, emotion), (heard, kind) = output, target
        return self.share * (1 - concordance(arousal, heard)) + (1 - self.share) * self.kind(emotion, kind)


def program(v: Variation) -> Program:
    heard = torch.randn(v.rows).clamp(-2, 2)
    kind = torch.randint(3, (v.rows,))
    loud, timbre = torch.randn(6), torch.randn(3, 6)
    coefficients = heard.view(-1, 1, 1) * loud + timbre[kind].unsqueeze(1) + 0.7 * torch.randn(v.rows, 10, 6)
    return Program(VoiceNetwork(v.width), VoiceLoss(), coefficients, (heard, kind))
