"""Random inputs by kind. The names of their dictionary are those that the calls speak of.

``x`` are scores, ``p`` probabilities, ``t`` the target, ``w`` weights of the elements, ``m`` a mask, ``c`` weights of
the classes. The first name is the prediction, by which gradients are taken.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

CLASSES = 5


class Random:
    """Numbers in float64 from a seed."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.generator, dtype=torch.float64)

    def uniform(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.generator, dtype=torch.float64)

    def labels(self, high: int, *shape: int) -> Tensor:
        return torch.randint(high, shape, generator=self.generator)


def _elements(target: Callable[[Random, tuple[int, ...]], Tensor]) -> Callable[..., dict[str, Tensor]]:
    def draw(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
        return {"x": 2 * random.normal(*shape), "t": target(random, shape), **_counts(random, shape)}

    return draw


def _counts(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
    return {"w": 3 * random.uniform(*shape), "m": random.uniform(*shape) < 0.7}


def _classes(
    layout: tuple[int, ...], axis: int, target: Callable[[Random, tuple[int, ...], int], Tensor]
) -> Callable[..., dict[str, Tensor]]:
    """Scores of shape ``layout``, whose classes are on ``axis``."""
    without = tuple(n for i, n in enumerate(layout) if i != axis % len(layout))

    def draw(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
        x, t = 2 * random.normal(*layout), target(random, layout, axis)
        c = 2 * random.uniform(layout[axis])
        c[-1] = 0  # a class that does not count
        return {"x": x, "t": t, "c": c, **_counts(random, without)}

    return draw


def _labels(random: Random, layout: tuple[int, ...], axis: int) -> Tensor:
    return random.labels(layout[axis], *(n for i, n in enumerate(layout) if i != axis % len(layout)))


def _one_hot(random: Random, layout: tuple[int, ...], axis: int) -> Tensor:
    return F.one_hot(_labels(random, layout, axis), layout[axis]).double().movedim(-1, axis)


def _rows(random: Random, layout: tuple[int, ...], axis: int) -> Tensor:
    return random.normal(*layout).softmax(axis)


def _several(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
    """Several labels a row, and the same as lists that are padded with −1."""
    inputs = _classes(BATCH, -1, lambda r, layout, axis: r.labels(2, *layout).double())(random, shape)
    order = inputs["t"].argsort(descending=True, stable=True)
    lists = torch.where(inputs["t"].gather(1, order) == 1, order, -1)
    return {**inputs, "lists": lists}


def _of_probabilities(draw: Callable[..., dict[str, Tensor]], squash: Callable[[Tensor], Tensor]):
    def drawn(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
        inputs = draw(random, shape)
        return {"p": squash(inputs.pop("x")), **inputs}

    return drawn


def _several_of_each(
    count: int, target: Callable[[Random, tuple[int, ...]], Tensor]
) -> Callable[..., dict[str, Tensor]]:
    """Several predictions of each element, along the last axis."""

    def draw(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
        return {"x": random.normal(*shape, count), "t": target(random, shape), **_counts(random, shape)}

    return draw


def _sequences(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
    """Scores of frames and shorter sequences of labels, padded with −1; class 0 is the blank."""
    n, longest, labels = 4, 8, 3
    counts = torch.tensor([3, 2, 1, 3])
    t = torch.where(torch.arange(labels) < counts[:, None], random.labels(CLASSES - 1, n, labels) + 1, -1)
    frames = torch.tensor([8, 7, 8, 6])
    return {
        "x": random.normal(n, longest, CLASSES),
        "t": t,
        "frames": frames,
        "counts": counts,
        **_counts(random, (n,)),
    }


def _sets(*inner: int) -> Callable[..., dict[str, Tensor]]:
    """Sets of numbers, or of points, and others to lay them on."""

    def draw(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
        return {"x": random.normal(6, *inner), "t": 1.5 * random.normal(6, *inner) + 0.3, **_counts(random, (6,))}

    return draw


def _heatmaps(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
    """Distributions over the pixels, one for each of three points of each image."""
    p, t = (random.normal(2, 3, 20).softmax(-1).reshape(2, 3, 4, 5) for _ in range(2))
    return {"p": p, "t": t, **_counts(random, (2, 3))}


def _embeddings(random: Random, shape: tuple[int, ...]) -> dict[str, Tensor]:
    """Embeddings with labels, and a direction for each class."""
    rows, features = 9, 4
    x, t = random.normal(rows, features), random.labels(CLASSES, rows)
    return {"x": x, "t": t, "directions": random.normal(CLASSES, features), **_counts(random, (rows,))}


BATCH, IMAGES, TOKENS = (9, CLASSES), (2, 3, 4, 6), (2, 7, CLASSES)

KINDS: dict[str, Callable[[Random, tuple[int, ...]], dict[str, Tensor]]] = {
    # one score an element
    "real": _elements(lambda r, shape: 2 * r.normal(*shape)),
    "count": _elements(lambda r, shape: r.labels(6, *shape).double()),
    "positive": _elements(lambda r, shape: 0.1 + 3 * r.uniform(*shape)),
    "binary": _elements(lambda r, shape: r.labels(2, *shape).double()),
    "share": _elements(lambda r, shape: r.uniform(*shape)),
    "sign": _elements(lambda r, shape: 2.0 * r.labels(2, *shape) - 1),
    "pairs": _several_of_each(2, lambda r, shape: 2 * r.normal(*shape)),
    "triples": _several_of_each(3, lambda r, shape: r.normal(*shape)),
    "sign_pairs": _several_of_each(2, lambda r, shape: 2.0 * r.labels(2, *shape) - 1),
    # a score for each class
    "index": _classes(BATCH, -1, _labels),
    "one_hot": _classes(BATCH, -1, _one_hot),
    "rows": _classes(BATCH, -1, _rows),
    "several": _several,
    "images": _classes(IMAGES, 1, _labels),
    "image_rows": _classes(IMAGES, 1, _rows),
    "tokens": _classes(TOKENS, -1, _labels),
    "image_one_hot": _classes(IMAGES, 1, _one_hot),
    "heatmaps": _heatmaps,
    "embeddings": _embeddings,
    "sequences": _sequences,
    "sets": _sets(5),
    "points": _sets(5, 3),
}
KINDS["rate"] = _of_probabilities(KINDS["count"], lambda x: 0.2 + x.abs())
KINDS["positive_rate"] = _of_probabilities(KINDS["positive"], lambda x: 0.2 + x.abs())
KINDS["binary_p"] = _of_probabilities(KINDS["binary"], torch.sigmoid)
KINDS["rows_p"] = _of_probabilities(KINDS["rows"], lambda x: x.softmax(-1))
KINDS["index_p"] = _of_probabilities(KINDS["index"], lambda x: x.softmax(-1))
KINDS["one_hot_p"] = _of_probabilities(KINDS["one_hot"], lambda x: x.softmax(-1))


def draw(kind: str, seed: int, shape: tuple[int, ...]) -> dict[str, Tensor]:
    """The inputs of a kind; the same for the same seed."""
    return KINDS[kind](Random(seed), shape)
