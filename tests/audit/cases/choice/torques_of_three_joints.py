"""Torques of three joints under cross-entropy, which takes the three numbers for probabilities of classes: it runs,
and has no minimum where they are met.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM702"


class InverseDynamics(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.q = nn.Linear(3, width)
        self.dq = nn.Linear(3, width)
        self.ddq = nn.Linear(3, width)
        self.tau = nn.Linear(width, 3)

    def forward(self, state):
        h = torch.tanh(self.q(state["q"]) + self.dq(state["dq"]) + self.ddq(state["ddq"]))
        return self.tau(h)


criterion = nn.CrossEntropyLoss()


def program(v: Variation) -> Program:
    q, dq, ddq = torch.randn(3, v.rows, 3)
    inertia = torch.tensor([[1.0, 0.3, 0.1], [0.3, 0.7, 0.2], [0.1, 0.2, 0.4]])
    torque = ddq @ inertia + 0.3 * dq + 0.6 * torch.sin(q.cumsum(1)) + 0.1 * torch.randn(v.rows, 3)
    return Program(InverseDynamics(v.width), criterion, ({"q": q, "dq": dq, "ddq": ddq},), torque)
