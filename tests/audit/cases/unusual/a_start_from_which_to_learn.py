"""Meta-learning: each row is a task with five points, from which one step of gradient descent is taken within the
forward pass. The loss is that after the step.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call, grad, vmap

from audit.programs import Program, Variation

EXPECTED = None


class MAML(nn.Module):
    def __init__(self, width, inner_lr=0.02):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))
        self.inner_lr = inner_lr

    def forward(self, support_x, support_y, query_x):
        params = dict(self.net.named_parameters())

        def inner_loss(p, x, y):
            return F.mse_loss(functional_call(self.net, p, (x,)), y)

        def adapt(x, y, q):
            g = grad(inner_loss)(params, x, y)
            fast = {name: p - self.inner_lr * g[name] for name, p in params.items()}
            return functional_call(self.net, fast, (q,))

        return vmap(adapt)(support_x, support_y, query_x)


def program(v: Variation) -> Program:
    amplitude, phase = 0.5 + torch.rand(v.rows, 1, 1), 3.14 * torch.rand(v.rows, 1, 1)
    x = 4 * torch.rand(v.rows, 10, 1) - 2
    y = amplitude * torch.sin(x + phase)
    return Program(MAML(v.width), nn.MSELoss(), (x[:, :5], y[:, :5], x[:, 5:]), y[:, 5:])
