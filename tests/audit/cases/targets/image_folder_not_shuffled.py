"""A folder sorted by class, read in batches without `shuffle=True`: every label of the batch is 0."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from audit.programs import Program, Variation

EXPECTED = "LM215"


def program(v: Variation) -> Program:
    n = 2 * v.rows
    labels = torch.arange(2).repeat_interleave(n)
    ants, bees = torch.randn(2, 3, 8, 8)
    images = torch.where(labels.view(-1, 1, 1, 1) == 0, ants, bees) + torch.randn(2 * n, 3, 8, 8)
    dataloader = DataLoader(TensorDataset(images, labels), batch_size=v.rows)
    inputs, classes = next(iter(dataloader))
    model = nn.Sequential(
        nn.Conv2d(3, v.width, 3, bias=False),
        nn.BatchNorm2d(v.width),
        nn.LeakyReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(v.width, 2),
    )
    return Program(model, nn.CrossEntropyLoss(), inputs, classes)
