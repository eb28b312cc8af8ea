"""One sample in 200 is the onset of an earthquake, and weighs as much as the 199 others together."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Picker(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trace = nn.Conv1d(1, width // 4, 9, padding=4)
        self.onset = nn.Conv1d(width // 4, 1, 9, padding=4)

    def forward(self, trace):
        return self.onset(nn.functional.relu(self.trace(trace))).flatten(1)


def program(v: Variation) -> Program:
    onset = torch.randint(20, 180, (v.rows, 1))
    after = torch.arange(200) - onset
    wave = torch.where(after >= 0, torch.exp(-after.clamp(min=0) / 30) * torch.cos(after * 0.8), 0.0)
    trace = (2 * wave + 0.2 * torch.randn(v.rows, 200)).unsqueeze(1)
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([199.0]))
    return Program(Picker(v.width), loss, trace, (after == 0).float())
