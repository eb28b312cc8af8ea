"""What houses are sold for: standardised dollars."""

import torch
import torch.nn as nn

from audit.programs import Program, Variation

EXPECTED = None


class Net(nn.Module):
    def __init__(self, D_in: int, H: int, D_out: int = 1) -> None:
        super().__init__()
        self.fc1 = nn.Linear(D_in, H)
        self.fc2 = nn.Linear(H, H)
        self.predict = nn.Linear(H, D_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.fc1(x).relu()
        x = self.fc2(x).relu()
        return self.predict(x)


def program(v: Variation) -> Program:
    features = torch.randn(v.rows, 5)
    area, quality, age = features[:, 0], features[:, 1], features[:, 2]
    SalePrice = 180_000 + 30_000 * area + 25_000 * quality - 12_000 * age + 8_000 * torch.randn(v.rows)
    y = SalePrice.view(-1, 1)
    y = (y - y.mean()) / y.std()
    return Program(Net(5, v.width), nn.MSELoss(), features, y)
