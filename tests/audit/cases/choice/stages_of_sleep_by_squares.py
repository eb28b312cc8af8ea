"""The stages of sleep are learned by squared differences of softmax and one-hot rows, flat where they are far apart."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM706"


class Hypnogram(nn.Module):
    def __init__(self, width, stages=4):
        super().__init__()
        self.eeg = nn.Linear(6, width)
        self.night = nn.LSTM(width, width, batch_first=True)
        self.stage = nn.Linear(width, stages)

    def forward(self, epochs):
        return self.stage(self.night(F.relu(self.eeg(epochs)))[0])


class StageLoss(nn.Module):
    def forward(self, scores, stage):
        truth = F.one_hot(stage, scores.shape[-1]).to(scores.dtype)
        return torch.linalg.vector_norm(scores.softmax(-1) - truth, dim=-1).square().mean()


def program(v: Variation) -> Program:
    stage = torch.randint(4, (v.rows, 8))
    bands = torch.randn(4, 6)
    epochs = bands[stage] + 0.5 * torch.randn(v.rows, 8, 6)
    return Program(Hypnogram(v.width), StageLoss(), epochs, stage)
