"""Shares of five emotions in each of eleven seconds: in scores and shares the emotions are axis 1."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class EmotionNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.voice = nn.LSTM(18, width // 2, bidirectional=True, batch_first=True)
        self.emotion = nn.Linear(width, 5)

    def forward(self, voice):
        return self.emotion(self.voice(voice)[0])


class VoteLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.ce = nn.CrossEntropyLoss()

    def forward(self, scores, shares):
        return self.ce(scores.mT, shares.mT)


def program(v: Variation) -> Program:
    voice = torch.randn(v.rows, 11, 18)
    votes = torch.softmax(2 * voice @ torch.randn(18, 5) / 3 + 0.3 * torch.randn(v.rows, 11, 5), dim=-1)
    return Program(EmotionNet(v.width), VoteLoss(), voice, votes)
