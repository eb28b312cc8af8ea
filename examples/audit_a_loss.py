"""A network whose loss is used wrongly, and what the audit says of it.

Run it:     python examples/audit_a_loss.py
In CI:      lossmith audit examples/audit_a_loss.py:mended
It finds:   lossmith audit examples/audit_a_loss.py:wrong
"""

import torch
from torch import nn

import lossmith as lm
from lossmith.datasets import DIGITS


def digits() -> tuple[torch.Tensor, torch.Tensor]:
    """Images as rows of 64 grey values from 0 to 1, and what they show."""
    table = DIGITS.read().head(128)
    return table.drop("digit").to_torch().float() / 16, table["digit"].to_torch().long()


def wrong() -> tuple:
    """The softmax is applied by the model, and by the loss again."""
    torch.manual_seed(0)
    pixels, digit = digits()
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10), nn.Softmax(dim=1))
    return model, nn.CrossEntropyLoss(), pixels, digit


def mended() -> tuple:
    """The loss is given the raw scores."""
    model, _, pixels, digit = wrong()
    return model[:-1], lm.CrossEntropy(), pixels, digit


def main() -> None:
    """Audit both."""
    print(lm.audit(*wrong()))
    print()
    print(lm.audit(*mended()))


if __name__ == "__main__":
    main()
