"""The four tones of a syllable are numbered from one, as in every textbook, and the tone 4 has no output."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM201"


class ToneReader(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.pitch = nn.GRU(input_size=1, hidden_size=hidden, num_layers=2)
        self.tone = nn.Linear(hidden, 4)

    def forward(self, f0):
        states, _ = self.pitch(f0)
        return self.tone(states[-1])


CONTOURS = torch.tensor([[1.0, 1.0, 1.0], [-0.5, 0.0, 1.0], [-0.3, -1.2, 0.2], [1.0, 0.0, -1.2]])


def program(v: Variation) -> Program:
    tone = torch.arange(v.rows) % 4
    f0 = nn.functional.interpolate(CONTOURS[tone].unsqueeze(1), 9, mode="linear", align_corners=True)
    f0 = (f0 + 0.2 * torch.randn(v.rows, 1, 9)).permute(2, 0, 1)
    return Program(ToneReader(v.width), nn.CrossEntropyLoss(label_smoothing=0.05), f0, tone + 1)
