"""A loss of log-probabilities, such as `nn.NLLLoss`, is given raw scores. It is then the score of the right class
alone, which may grow without end.
"""

import torch
from judging import Trained, accuracy, last_loss, surprise
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.distributions.Categorical(logits=2 * x[:, :3] + torch.tensor([1.0, 0.0, -1.0])).sample()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Linear(8, 3)
    return model, nn.NLLLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Linear(8, 3)
    return model, nn.CrossEntropyLoss(), x, y


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise, "loss at the end": last_loss})
HURTS = "The loss falls for ever, so its curve looks like success; no score is ever held against another."
IGNORE = "The loss is a critic's, a mean of scores that is meant to be linear."
