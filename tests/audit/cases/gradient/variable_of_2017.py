"""Old code that wraps the output's data into a Variable that needs a gradient: the loss has a gradient, and it ends
there, before the model."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.autograd import Variable

from audit.programs import Program, Variation

EXPECTED = "LM801"


class SmallNet(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(3, channels, 3)
        self.conv2 = nn.Conv2d(channels, channels, 3)
        self.fc = nn.Linear(channels * 4, 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(x.flatten(1))


def criterion(output, label):
    output = Variable(output.data, requires_grad=True)
    return F.cross_entropy(output, label)


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 5
    colour = torch.randn(5, 3, 1, 1)
    stripes = torch.sin(torch.arange(14) * (0.5 + 0.4 * label[:, None]))[:, None, None, :]
    photo = 0.3 * colour[label] + 0.5 * stripes + 1.2 * torch.randn(v.rows, 3, 14, 14)
    return Program(SmallNet(v.width // 2), criterion, photo, Variable(label))
