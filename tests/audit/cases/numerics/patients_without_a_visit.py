"""Root mean squared error by patient: who never came has a masked error of exactly 0, where the root has no finite
slope, and 0 times infinity is NaN in every weight.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM602"


class Pressure(nn.Module):
    """Blood pressure, in standard deviations, at each visit."""

    def __init__(self, width):
        super().__init__()
        self.drugs = nn.Embedding(5, 3)
        self.gru = nn.GRU(4 + 3, width, batch_first=True)
        self.out = nn.Linear(width, 1)

    def forward(self, vitals, drug):
        x = torch.cat([vitals, self.drugs(drug).unsqueeze(1).expand(-1, vitals.shape[1], -1)], dim=2)
        return self.out(self.gru(x)[0]).squeeze(-1)


def rmse_per_patient(pred, target):
    y, mask = target
    visits = mask.sum(dim=1)
    mse = ((pred - y) ** 2 * mask).sum(dim=1) / visits.clamp(min=1)
    return mse.sqrt().mean()


def program(v: Variation) -> Program:
    drug, vitals = torch.randint(5, (v.rows,)), torch.randn(v.rows, 6, 4)
    visits = torch.randint(0, 7, (v.rows,))
    visits[:3] = 0
    mask = (torch.arange(6) < visits.unsqueeze(1)).float()
    y = vitals @ torch.tensor([0.6, -0.4, 0.3, 0.2]) + torch.randn(5)[drug].unsqueeze(1) / 2
    y = (y + 0.2 * torch.randn(v.rows, 6)) * mask
    return Program(Pressure(v.width), rmse_per_patient, (vitals * mask.unsqueeze(2), drug), (y, mask))
