"""To which of its six neighbours a router hands a packet, by squares of a softmax and one-hot rows beside the delay: a
choice that is surely wrong has hardly a slope.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM706"


class Router(nn.Module):
    # The packet points at one of the neighbours, as in a pointer network.
    def __init__(self, width):
        super().__init__()
        self.packet = nn.Linear(7, width)
        self.neighbour = nn.Linear(5, width)
        self.point = nn.Linear(width, 1, bias=False)
        self.delay = nn.Linear(width, 1)

    def forward(self, packet, neighbours):
        p = self.packet(packet)
        both = torch.tanh(p[:, None] + self.neighbour(neighbours))
        return self.point(both).squeeze(-1), self.delay(both.mean(1)).squeeze(-1)


def routing_loss(prediction, target):
    score, delay = prediction
    way, true_delay, priority = target
    one_hot = F.one_hot(way, score.shape[1]).float()
    wrong = (score.softmax(dim=1) - one_hot).square().sum(dim=1)
    return (priority * wrong).sum() / priority.sum() + 0.5 * F.smooth_l1_loss(delay, true_delay)


def program(v: Variation) -> Program:
    packet, neighbours = torch.randn(v.rows, 7), torch.randn(v.rows, 6, 5)
    way = torch.randperm(v.rows) % 6
    n = torch.arange(v.rows)
    best = (1.5 * neighbours[..., 0] - neighbours[..., 1] + 0.2 * torch.randn(v.rows, 6)).argmax(1)
    neighbours[n, way], neighbours[n, best] = neighbours[n, best], neighbours[n, way]
    delay = packet[:, 0] + neighbours[..., 2].mean(1) - 0.5 * packet[:, 1] + 0.2 * torch.randn(v.rows)
    priority = torch.randint(1, 4, (v.rows,)).float()
    target = (way, (delay - delay.mean()) / delay.std(), priority)
    return Program(Router(v.width), routing_loss, (packet, neighbours), target)
