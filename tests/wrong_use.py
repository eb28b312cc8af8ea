"""What the tests of wrong use share: small inputs, losses by short names, and how a message is held to its parts."""

import re

import pytest
import torch

import lossmith as lm

ZEROS, LABELS = torch.zeros(3, 4), torch.tensor([0, 3, 1])
BINARY, CROSS, KL = lm.BinaryCrossEntropy(), lm.CrossEntropy(), lm.KLDivergence()
SPARSE, CATEGORICAL = lm.SparseCategoricalCrossEntropy(), lm.CategoricalCrossEntropy()
ROW = torch.tensor([[0.2, 0.8]])


def says(*parts: str) -> str:
    """A pattern of all the parts, in any order."""
    return "(?s)" + "".join(f"(?=.*{re.escape(p)})" for p in parts)


def zeros(*shape: int, **kind) -> torch.Tensor:
    return torch.zeros(shape, **kind)


def check_message(call, error, parts) -> None:
    """The call raises the error, a ValueError or TypeError, and its message holds all the parts."""
    with pytest.raises(error, match=says(*parts)) as caught:
        call()
    assert isinstance(caught.value, ValueError | TypeError)
