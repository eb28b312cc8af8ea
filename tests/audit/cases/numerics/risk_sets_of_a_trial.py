"""Cox's partial likelihood of a trial beside a marker: at risk is who lives strictly longer, which is nobody for the
last patient, and the logarithm of that empty sum is minus infinity.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM601"


class Trial(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(9, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.risk = nn.Linear(width, 1, bias=False)
        self.marker = nn.Linear(width, 1)

    def forward(self, patient):
        h = self.body(patient)
        return self.risk(h)[:, 0], self.marker(h)[:, 0]


def cox(risk, time, died):
    at_risk = (time[None, :] > time[:, None]).float()
    everyone = torch.log(at_risk @ risk.exp())
    return -((risk - everyone) * died).sum() / died.sum()


def trial_loss(prediction, target):
    risk, marker = prediction
    time, died, measured = target
    return cox(risk, time, died) + 0.5 * F.mse_loss(marker, measured)


def program(v: Variation) -> Program:
    patient = torch.randn(v.rows, 9)
    hazard = torch.exp(0.8 * patient[:, 0] - 0.6 * patient[:, 1])
    death, end = torch.empty(2, v.rows).exponential_().unbind(0)
    death, end = death / hazard, 0.3 + 2 * end
    measured = patient[:, 2] - 0.5 * patient[:, 0] + 0.2 * torch.randn(v.rows)
    measured = (measured - measured.mean()) / measured.std()
    target = (torch.minimum(death, end), (death <= end).float(), measured)
    return Program(Trial(v.width), trial_loss, patient, target)
