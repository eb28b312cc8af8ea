"""Short commands by a network on the waveform: `softmax` where `nll_loss` wants `log_softmax`."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM104"


class M3(nn.Module):
    def __init__(self, n_input: int = 1, n_output: int = 6, n_channel: int = 32) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(n_input, n_channel, kernel_size=16, stride=4)
        self.bn1 = nn.BatchNorm1d(n_channel)
        self.conv2 = nn.Conv1d(n_channel, n_channel, kernel_size=3)
        self.bn2 = nn.BatchNorm1d(n_channel)
        self.pool = nn.MaxPool1d(2)
        self.fc1 = nn.Linear(n_channel, n_output)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        x = self.pool(F.relu(self.bn2(self.conv2(x))))
        x = F.avg_pool1d(x, x.shape[-1])
        x = self.fc1(x.permute(0, 2, 1))
        return F.softmax(x, dim=2)


def program(v: Variation) -> Program:
    target = torch.randperm(v.rows) % 6
    t = torch.arange(160) / 160
    pitch = 4 + 5 * target[:, None] + 0.5 * torch.randn(v.rows, 1)
    data = torch.sin(2 * torch.pi * (pitch * t + torch.rand(v.rows, 1))) + 0.2 * torch.randn(v.rows, 160)
    # negative log-likelihood for a tensor of size (batch x 1 x n_output)
    return Program(M3(n_channel=v.width), lambda output, y: F.nll_loss(output.squeeze(1), y), data.unsqueeze(1), target)
