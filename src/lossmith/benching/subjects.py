"""What is measured: the same question, asked of Lossmith and of torch.

A prediction is never a leaf: it stands for the output of a model, so that nobody pays for a copy that a leaf's gradient
would need. Nothing here is timed but the call itself and the way back to the prediction.
"""

from __future__ import annotations

import functools
import math
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from lossmith.errors import LossmithError, UnknownLossError
from lossmith.losses import MSE, BinaryCrossEntropy, CrossEntropy, Huber, KLDivergence
from lossmith.wording import listed

Call = Callable[..., Tensor]
Shape = tuple[int, ...]

VALUE, BOTH = "value", "value + gradient"
LINEAR = "linear_cross_entropy"
CLASSES_OF_KL = 1024  # in a row of its prediction, where the elements fill such rows


@dataclass(frozen=True)
class Subject:
    """A loss as it is measured; ``draw`` gives what both calls take, what is differentiated first."""

    ours: Call
    torchs: Call
    draw: Callable[[Shape], tuple[Tensor, ...]]
    shapes: tuple[Shape, ...]
    quick: tuple[Shape, ...]
    on_gpu: tuple[Shape, ...] = ()
    differentiated: int = 1
    is_inplace: bool = False  # ours writes its gradient over the prediction
    streams: tuple[int, int] | None = None  # arrays as large as the prediction that a value and a gradient must move


@dataclass(frozen=True)
class Work:
    """One question: a loss on so many numbers, its value alone or with the gradient."""

    loss: str
    shape: Shape
    mode: str = BOTH
    device: str = "cpu"
    dtype: str = "float32"

    @property
    def subject(self) -> Subject:
        """What is called."""
        return SUBJECTS[self.loss]

    @property
    def elements(self) -> int:
        """How many numbers the loss reads: of scores, also where a product makes them."""
        if self.loss == LINEAR:
            rows, _, classes = self.shape
            return rows * classes
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """Of one array as large as the scores, which is what one gradient takes."""
        size: int = getattr(torch, self.dtype).itemsize
        return size * self.elements

    @property
    def gradient_bytes(self) -> int:
        """Of the gradients that a call hands over: of the scores, or of hidden states and weights."""
        if self.loss != LINEAR:
            return self.bytes
        rows, width, classes = self.shape
        return self.bytes // (rows * classes) * (rows + classes) * width

    @property
    def useful_bytes(self) -> int | None:
        """Inputs read once and the gradient written once; nothing where the time goes into products of matrices."""
        if self.subject.streams is None:
            return None
        value, gradient = self.subject.streams
        labels = 8 * self.shape[0] if len(self.shape) == 2 else 0
        return self.bytes * (value if self.mode == VALUE else gradient) + labels


# The inputs -----------------------------------------------------------------------------------------------------------


def _normal(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(math.prod(shape)))


def _amounts(shape: Shape) -> tuple[Tensor, ...]:
    return _normal(*shape), _normal(*shape).roll(1)


def _labels(shape: Shape) -> tuple[Tensor, ...]:
    score, real = _amounts(shape)
    return score, (real > 0).float()


def _distributions(shape: Shape) -> tuple[Tensor, ...]:
    """Log-probabilities and the probabilities that they are compared with."""
    scores = _normal(*shape).reshape(-1, math.gcd(math.prod(shape), CLASSES_OF_KL))
    return scores.log_softmax(-1), scores.roll(1).softmax(-1)


def _classes(shape: Shape) -> tuple[Tensor, ...]:
    rows, classes = shape
    return _normal(rows, classes), torch.arange(rows) * 7919 % classes


def _hidden(shape: Shape) -> tuple[Tensor, ...]:
    rows, width, classes = shape
    return _normal(rows, width), _normal(classes, width) / width**0.5, torch.arange(rows) * 7919 % classes


# The losses -----------------------------------------------------------------------------------------------------------


def _ours_linear(hidden: Tensor, weight: Tensor, target: Tensor) -> Tensor:
    value: Tensor = getattr(sys.modules["lossmith"], LINEAR)(hidden, weight, target)
    return value


def _torchs_linear(hidden: Tensor, weight: Tensor, target: Tensor) -> Tensor:
    return F.cross_entropy(F.linear(hidden, weight), target)


def _pointwise(ours: Call, torchs: Call, draw: Callable[[Shape], tuple[Tensor, ...]]) -> Subject:
    sizes = tuple((2**power,) for power in (10, 13, 16, 18, 20, 22, 24, 25))
    return Subject(ours, torchs, draw, sizes, quick=((2**10,),), on_gpu=((2**28,),), streams=(2, 3))


_CLASSES: dict[str, Any] = {
    "torchs": F.cross_entropy,
    "draw": _classes,
    "shapes": ((8192, 10), (65536, 10), (4096, 1000), (2048, 32000), (1024, 128256)),
    "quick": ((8192, 10),),
    "on_gpu": ((8192, 128256),),
    "streams": (1, 2),
}

SUBJECTS: dict[str, Subject] = {
    "mse": _pointwise(MSE(), F.mse_loss, _amounts),
    "huber": _pointwise(Huber(), F.huber_loss, _amounts),
    "binary_cross_entropy": _pointwise(BinaryCrossEntropy(), F.binary_cross_entropy_with_logits, _labels),
    "kl_divergence": _pointwise(
        functools.partial(KLDivergence(), given="log_probabilities"),
        functools.partial(F.kl_div, reduction="batchmean"),
        _distributions,
    ),
    "cross_entropy": Subject(CrossEntropy(), **_CLASSES),
    "cross_entropy_inplace": Subject(functools.partial(CrossEntropy(), inplace=True), **_CLASSES, is_inplace=True),
    LINEAR: Subject(
        _ours_linear,
        _torchs_linear,
        _hidden,
        shapes=((1024, 1024, 32000),),
        quick=((64, 64, 1000),),
        on_gpu=((4096, 4096, 128256),),
        differentiated=2,
    ),
}


# What to ask ----------------------------------------------------------------------------------------------------------


def there_are() -> dict[str, Subject]:
    """The subjects that this version of the library has."""
    has_linear = hasattr(sys.modules["lossmith"], LINEAR)
    return {name: subject for name, subject in SUBJECTS.items() if name != LINEAR or has_linear}


def works(
    losses: Sequence[str] | None = None, sizes: Sequence[Shape] | None = None, *, quick: bool = False
) -> list[Work]:
    """The questions, value and gradient before value alone; quick: a small size of each, with its gradient.

    Args:
        losses: names of subjects; all where it is left out.
        sizes: shapes, of which each loss takes those with as many numbers as it needs: (elements,) or (rows, classes)
            or (rows, width, classes).
        quick: one small size of each.

    Raises:
        UnknownLossError: a loss is not measured.
        LossmithError: no loss takes a size.
    """
    subjects = there_are()
    if unknown := [name for name in losses or () if name not in subjects]:
        raise UnknownLossError(f"{listed(unknown)} is not measured; choose from {listed(list(subjects))}")
    found = []
    for name in losses or subjects:
        subject = subjects[name]
        usual = subject.quick if quick else subject.shapes
        shapes = usual if sizes is None else [size for size in sizes if len(size) == len(usual[0])]
        has_value = not quick and not subject.is_inplace
        found += [Work(name, shape, mode) for shape in shapes for mode in (BOTH, VALUE)[: 1 + has_value]]
    if not found:
        raise LossmithError(
            "no loss that was chosen takes a size that was chosen; write one number for mse, huber, "
            "binary_cross_entropy and kl_divergence (2^20), ROWSxCLASSES for cross_entropy (4096x1000)"
        )
    if torch.cuda.is_available() and not quick and sizes is None:
        found += [Work(n, s, BOTH, "cuda", "bfloat16") for n in losses or subjects for s in subjects[n].on_gpu]
    return found


def shape_of(text: str) -> Shape:
    """A size as it is written: ``2^20``, ``1048576``, ``4096x1000``.

    Raises:
        LossmithError: it is not a size.

    Example:
        >>> shape_of("2^20"), shape_of("4096x1000")
        ((1048576,), (4096, 1000))
    """
    parts = [re.fullmatch(r"(?:(\d+)\^)?(\d+)", part.strip()) for part in text.split("x")]
    numbers = [int(part[1]) ** int(part[2]) if part[1] else int(part[2]) for part in parts if part]
    if len(numbers) < len(parts) or not all(0 < number <= 2**40 for number in numbers):
        raise LossmithError(f"{text!r} is not a size; write one such as 2^20, 1048576 or 4096x1000")
    return tuple(numbers)


def written(shape: Shape) -> str:
    """A size as tables have it.

    Example:
        >>> written((1048576,)), written((4096, 1000))
        ('2^20', '4,096 × 1,000')
    """
    if len(shape) == 1 and shape[0].bit_count() == 1:
        return f"2^{shape[0].bit_length() - 1}"
    return " × ".join(f"{number:,}" for number in shape)
