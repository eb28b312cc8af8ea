"""A training under watch: one whose learning rate is too high, and the same with a lower one.

Run it:     python examples/watch_training.py [FOLDER]        with a folder, a page of the gradients is written there
"""

import sys
from pathlib import Path

import torch
from torch import nn

import lossmith as lm
from lossmith.datasets import DIGITS
from lossmith.watching import Watch


def digits() -> tuple[torch.Tensor, torch.Tensor]:
    """Images as rows of 64 grey values from 0 to 1, and what they show."""
    table = DIGITS.read()
    return table.drop("digit").to_torch().float() / 16, table["digit"].to_torch().long()


def train(rate: float) -> Watch:
    """Train for 100 steps; print what is found when it is found."""
    torch.manual_seed(0)
    pixels, digit = digits()
    model, loss = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)), lm.CrossEntropy()
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    with lm.watch(model, loss) as w:
        for _ in range(100):
            rows = torch.randint(len(digit), (64,))
            value = loss(model(pixels[rows]), digit[rows])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            for finding in w.step(value):
                print(finding)
    print(f"learning rate {rate}: the loss went from {w.history.losses[0]:.3f} to {w.history.losses[-1]:.3f}\n")
    return w


def main() -> None:
    """Both."""
    for rate in (3.0, 0.003):
        w = train(rate)
        if len(sys.argv) > 1:
            print(f"written: {w.save(Path(sys.argv[1]) / f'rate-{rate}.html').name}")


if __name__ == "__main__":
    main()
