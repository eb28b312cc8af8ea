"""The activities of the table are numbered 1 to 6, and 1 is taken off before the loss."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class HARModel(nn.Module):
    def __init__(self, n_hidden):
        super().__init__()
        self.lstm = nn.LSTM(9, n_hidden, num_layers=1, batch_first=True)
        self.fc = nn.Linear(n_hidden, 6)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out.mean(dim=1))


def program(v: Variation) -> Program:
    # y_train.txt: 1 WALKING, 2 WALKING_UPSTAIRS, 3 WALKING_DOWNSTAIRS, 4 SITTING, 5 STANDING, 6 LAYING
    y_train = torch.randperm(v.rows) % 6 + 1
    signals = torch.randn(6, 9)
    X_train = signals[y_train - 1].unsqueeze(1) + torch.randn(v.rows, 16, 9)
    criterion = nn.CrossEntropyLoss()
    return Program(HARModel(v.width), criterion, X_train, y_train - 1)
