"""Gestures seen by an event camera, told by a spiking layer: a spike is a comparison, whose backward pass is given the
slope of a smooth step, as is usual for spiking networks.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Spike(torch.autograd.Function):
    @staticmethod
    def forward(ctx, potential):
        ctx.save_for_backward(potential)
        return (potential > 0).float()

    @staticmethod
    def backward(ctx, gradient):
        (potential,) = ctx.saved_tensors
        return gradient / (1 + 2 * potential.abs()) ** 2


def spike(potential):
    return Spike.apply(potential)


class SpikingNet(nn.Module):
    def __init__(self, sensors, width, gestures, decay=0.8, threshold=1.0):
        super().__init__()
        self.current = nn.Linear(sensors, width, bias=False)
        self.norm = nn.BatchNorm1d(width)
        self.out = nn.Linear(width, gestures)
        self.decay, self.threshold = decay, threshold

    def forward(self, events):
        currents = self.norm(self.current(events).flatten(0, 1)).view(*events.shape[:2], -1)
        potential = torch.zeros_like(currents[:, 0])
        rate = torch.zeros_like(potential)
        for current in currents.unbind(dim=1):
            potential = self.decay * potential + current
            fired = spike(potential - self.threshold)
            potential = potential - self.threshold * fired
            rate = rate + fired / events.shape[1]
        return self.out(rate)


def program(v: Variation) -> Program:
    gesture = torch.arange(v.rows) % 4
    movement = torch.randn(4, 8, 10)
    events = (movement[gesture] + 0.7 * torch.randn(v.rows, 8, 10) > 0.5).float()
    return Program(SpikingNet(10, v.width, 4), nn.CrossEntropyLoss(), events, gesture)
