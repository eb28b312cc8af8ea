"""One lead of a heart, normal or not: the score goes into the loss that applies the sigmoid."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class ECGNet(nn.Module):
    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(1, hidden_size, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * hidden_size, 1)

    def forward(self, x: Tensor) -> Tensor:
        _, (h_n, _) = self.lstm(x)
        out = self.fc(torch.cat([h_n[-2], h_n[-1]], dim=1))
        return out


def train_loss(output: Tensor, label: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(output.squeeze(1), label.float())


def program(v: Variation) -> Program:
    label = (torch.rand(v.rows) < 0.4).long()
    t = torch.linspace(0, 6, 24)
    rate = 1.5 + 1.5 * label[:, None] + 0.2 * torch.randn(v.rows, 1)
    beats = torch.sin(rate * t + torch.rand(v.rows, 1)) + 0.1 * torch.randn(v.rows, 24)
    return Program(ECGNet(v.width), train_loss, beats.unsqueeze(-1), label)
