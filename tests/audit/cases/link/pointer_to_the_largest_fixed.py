"""A pointer network returns the logarithm of its attention over the positions, which is what NLL reads."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Pointer(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.encoder = nn.LSTM(2, hidden, batch_first=True, bidirectional=True)
        self.key = nn.Linear(2 * hidden, hidden, bias=False)
        self.query = nn.Linear(2 * hidden, hidden, bias=False)

    def forward(self, bars: torch.Tensor) -> torch.Tensor:
        states, _ = self.encoder(bars)
        energy = torch.einsum("nth,nh->nt", self.key(states), self.query(states.mean(1)))
        return torch.log_softmax(energy / energy.shape[1] ** 0.5, dim=-1)


def program(v: Variation) -> Program:
    """Which of the six candles of a chart has the highest top?"""
    bars = torch.randn(v.rows, 6, 2)
    return Program(Pointer(v.width), nn.NLLLoss(), bars, bars.amax(2).argmax(1))
