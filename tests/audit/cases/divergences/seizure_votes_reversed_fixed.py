"""Experts' votes on a brain wave are to be covered, KL(votes || prediction), as the competition scores it."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class EEG(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv1d(4, width, 5, stride=2)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.fc = nn.Linear(width, 6)

    def forward(self, eeg):
        x = F.relu(self.conv1(eeg)).transpose(1, 2)
        return self.fc(self.gru(x)[0][:, -1])


def competition_loss(logits, votes):
    log_p = F.log_softmax(logits, dim=1)
    return F.kl_div(log_p, votes, reduction="batchmean")


def program(v: Variation) -> Program:
    waves = torch.randn(6, 4, 32)
    strength = 2 * torch.randn(v.rows, 6)
    eeg = torch.einsum("nk,kct->nct", strength.softmax(1), waves) * 2 + 0.3 * torch.randn(v.rows, 4, 32)
    votes = (strength + 0.3 * torch.randn(v.rows, 6)).softmax(1)
    return Program(EEG(v.width), competition_loss, eeg, votes)
