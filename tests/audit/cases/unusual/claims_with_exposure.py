"""Claims of drivers who were insured for part of a year: the log of the exposure is added to the log of the rate."""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class FrequencyNet(nn.Module):
    def __init__(self, n_brands: int, n_numeric: int, width: int) -> None:
        super().__init__()
        self.brand = nn.Embedding(n_brands, 2)
        self.dense = nn.Sequential(nn.Linear(2 + n_numeric, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(self, brand: Tensor, numeric: Tensor, exposure: Tensor) -> Tensor:
        log_rate = self.dense(torch.cat([self.brand(brand), numeric], dim=1)).squeeze(1)
        return log_rate + exposure.log()


def program(v: Variation) -> Program:
    brand = torch.randint(6, (v.rows,))
    numeric = torch.randn(v.rows, 3)
    exposure = 0.3 + 0.7 * torch.rand(v.rows)
    rate = torch.exp(0.3 + 0.5 * numeric[:, 0] - 0.3 * numeric[:, 1] + 0.1 * (brand - 2.5))
    claims = torch.poisson(rate * exposure)
    return Program(FrequencyNet(6, 3, v.width), nn.PoissonNLLLoss(log_input=True), (brand, numeric, exposure), claims)
