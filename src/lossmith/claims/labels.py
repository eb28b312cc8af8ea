"""Claim 10: one-hot rows and integer labels."""

from __future__ import annotations

import time

import torch
from torch import Tensor

from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.losses import CategoricalCrossEntropy, SparseCategoricalCrossEntropy

_ROWS = 256
_SPARSE, _DENSE = SparseCategoricalCrossEntropy(), CategoricalCrossEntropy()


def _drawn(classes: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    scores = 3 * torch.randn(_ROWS, classes, generator=generator)
    labels = torch.randint(classes, (_ROWS,), generator=generator)
    return scores, labels, torch.nn.functional.one_hot(labels, classes).float()


def apart(classes: int, seed: int) -> float:
    """The largest relative difference of values, and of gradients against the largest slope, between the codings."""
    scores, labels, rows = _drawn(classes, seed)
    values = [loss(scores, target, reduction="none") for loss, target in ((_SPARSE, labels), (_DENSE, rows))]
    slopes = [loss.gradient(scores, target) for loss, target in ((_SPARSE, labels), (_DENSE, rows))]
    pairs = (values, slopes)
    return max(float((a - b).abs().max() / a.abs().max()) for a, b in pairs)


def memory(classes: int) -> float:
    """How many times the bytes of the integer labels the one-hot rows have."""
    _, labels, rows = _drawn(classes, 0)
    return rows.nbytes / labels.nbytes


def times(classes: int, seed: int, rounds: int) -> list[float]:
    """How many times as long value and gradient take with one-hot rows, in turn with labels."""
    scores, labels, rows = _drawn(classes, seed)
    scores.requires_grad_()

    def taken(loss: SparseCategoricalCrossEntropy | CategoricalCrossEntropy, target: Tensor) -> float:
        found = []
        for _ in range(5):
            start = time.perf_counter()
            loss(scores, target).backward()
            found.append(time.perf_counter() - start)
        return min(found)  # the machine may have had other things to do meanwhile

    taken(_SPARSE, labels), taken(_DENSE, rows)  # compiles
    return [taken(_DENSE, rows) / taken(_SPARSE, labels) for _ in range(rounds)]


def experiment(seed: int, quick: bool) -> Evidence:
    """The codings side by side for more and more classes."""
    classes = (10, 1000) if quick else (2, 10, 100, 1000, 10_000)
    seeds = range(seed, seed + 3)
    checks = [
        Check(
            says=f"{_said(count)} classes: value and gradient differ by at most",
            figure=Figure.exact(float(f"{max(apart(count, s) for s in seeds):.2g}")),
            below=1e-5,
        )
        for count in classes
    ]
    bytes_of = {count: memory(count) for count in classes}
    slowness = {count: Figure.ratio(times(count, seed, 9 if quick else 25)) for count in classes}
    for count in classes:
        checks += [
            Check(
                says=f"{_said(count)} classes: the one-hot rows take more memory, times",
                figure=Figure.exact(bytes_of[count]),
                above=1,
            ),
            Check(
                says=f"{_said(count)} classes: the one-hot rows take more time, times",
                figure=slowness[count],
                above=1,
                is_timed=True,
            ),
        ]
    lines = [
        Line(name="memory of the target", x=classes, y=list(bytes_of.values())),
        Line(name="time of value and gradient", x=classes, y=[figure.value for figure in slowness.values()]),
    ]
    picture = Picture(title="One-hot rows, times integer labels", x="classes", y="times", lines=lines, log="xy")
    return Evidence(checks, [picture])


def _said(count: int) -> str:
    return f"{count:,}"


CLAIM = Claim(
    number=10,
    sentence="One-hot and integer labels give the same cross-entropy, at different cost.",
    source="The lecture",
    data="256 rows of made float32 scores, int64 labels and float32 one-hot rows",
    measure="the largest relative difference of values and gradients; bytes of the target; times in turn, the least of "
    "five calls, over rounds",
    experiment=experiment,
)
