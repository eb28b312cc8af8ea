"""Tides in metres: the forecast is turned back by the same two numbers, on tensors."""

import numpy as np
import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class StandardScaler:
    def fit(self, x):
        self.mean_, self.scale_ = np.float32(x.mean()), np.float32(x.std())
        return self

    def transform(self, x):
        return (x - self.mean_) / self.scale_

    def inverse_transform(self, x):
        return x * self.scale_ + self.mean_


class TideForecast(nn.Module):
    def __init__(self, width, scaler):
        super().__init__()
        self.lstm = nn.LSTM(1, width, batch_first=True)
        self.fc = nn.Linear(width, 1)
        self.scaler = scaler

    def forward(self, x):
        out, _ = self.lstm(x)
        out = self.fc(out[:, -1, :])
        return self.scaler.inverse_transform(out)


def program(v: Variation) -> Program:
    phase = 6.28 * torch.rand(v.rows, 1)
    level = 3.0 + 1.7 * torch.sin(phase + 0.5 * torch.arange(13)) + 0.1 * torch.randn(v.rows, 13)
    scaler = StandardScaler().fit(level.numpy())
    past = torch.from_numpy(scaler.transform(level[:, :-1].numpy())).unsqueeze(-1)
    return Program(TideForecast(v.width, scaler), nn.MSELoss(), past, level[:, -1:])
