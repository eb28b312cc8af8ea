"""The clipped value loss of a policy's critic: values of shape (N, 1) against returns of shape (N,) make N × N
differences.
"""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM301"


def layer_init(layer: nn.Linear, std: float = 2**0.5) -> nn.Linear:
    nn.init.orthogonal_(layer.weight, std)
    nn.init.zeros_(layer.bias)
    return layer


class Critic(nn.Module):
    def __init__(self, obs: int, hidden: int) -> None:
        super().__init__()
        self.net = nn.Sequential(
            layer_init(nn.Linear(obs, hidden)),
            nn.Tanh(),
            layer_init(nn.Linear(hidden, hidden)),
            nn.Tanh(),
            layer_init(nn.Linear(hidden, 1), std=0.1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


def value_loss(newvalue: Tensor, b: dict[str, Tensor], clip_coef: float = 0.2) -> Tensor:
    v_loss_unclipped = (newvalue - b["returns"]) ** 2
    v_clipped = b["values"] + torch.clamp(newvalue - b["values"], -clip_coef, clip_coef)
    v_loss_clipped = (v_clipped - b["returns"]) ** 2
    return 0.5 * torch.max(v_loss_unclipped, v_loss_clipped).mean()


def program(v: Variation) -> Program:
    obs = torch.randn(v.rows, 6)
    critic = Critic(6, v.width)
    returns = torch.tanh(obs[:, 0] + obs[:, 1]) + 0.2 * torch.randn(v.rows)
    with torch.no_grad():
        values = critic(obs).view(-1) + 0.05 * torch.randn(v.rows)
    return Program(critic, value_loss, obs, {"returns": returns, "values": values})
