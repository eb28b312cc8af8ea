"""Divergences, sums, and what they are divided by."""

from __future__ import annotations

import torch
from drawn import Draw, Limit, Loss, Program
from torch import Tensor, nn
from torch.nn import functional as F

from lossmith.auditing.case import Case
from lossmith.auditing.elements import Elements
from lossmith.auditing.probes import divergences, reductions

# Divergences ----------------------------------------------------------------------------------------------------------


def _teacher(draw: Draw) -> Tensor:
    return (2 * torch.randn(draw.rows, draw.classes)).softmax(1)


def _distilled(draw: Draw, *losses: Loss) -> Program:
    return draw.trained(
        draw.network(draw.classes, nn.LogSoftmax(dim=1)), draw.one_of(*losses), draw.inputs(), _teacher(draw)
    )


def batchmeans(draw: Draw) -> Program:
    """divergences averaged over rows, or summed, and cross-entropy."""
    batchmean, summed = nn.KLDivLoss(reduction="batchmean"), nn.KLDivLoss(reduction="sum")
    return _distilled(draw, batchmean, summed, nn.CrossEntropyLoss())


def means(draw: Draw) -> Program:
    """divergences averaged over all numbers, 2 to 1000 classes."""
    return _distilled(draw, nn.KLDivLoss())


def _off(case: Case) -> float | None:
    axis, value, prediction = case.axis_of_distributions, case.scene.answer.value, case.prediction
    if axis is None or value is None or prediction is None:
        return None
    classes = prediction.shape[axis]
    return min(divergences._off(value * classes, each) for each in divergences._divergences(case, axis))


def agreed(draw: Draw) -> Program:
    """divergences of a distribution from itself, and from another."""
    logits = torch.randn(draw.rows, draw.classes)
    target = draw.one_of(logits.softmax(1), _teacher(draw))
    return nn.LogSoftmax(dim=1), nn.KLDivLoss(reduction="batchmean"), logits, target


def of_probabilities(draw: Draw) -> Program:
    """divergences that are given probabilities for logarithms."""
    return draw.network(draw.classes, nn.Softmax(dim=1)), nn.KLDivLoss(), draw.inputs(), _teacher(draw)


def _of_scores(draw: Draw, loss: Loss) -> Program:
    return draw.trained(draw.network(draw.classes), loss, draw.inputs(), _teacher(draw))


def in_order(draw: Draw) -> Program:
    """divergences of a softmax that the loss takes itself."""
    return _of_scores(draw, lambda p, t: F.kl_div(p.log_softmax(1), t, reduction="batchmean"))


def without_logarithm(draw: Draw) -> Program:
    """the same without its logarithm."""
    return _of_scores(draw, lambda p, t: F.kl_div(p.softmax(1), t, reduction="batchmean"))


# Reductions -----------------------------------------------------------------------------------------------------------


def kinds(draw: Draw, reduction: str) -> Program:
    """Cross-entropy of classes, of yes and no, distances."""
    amount, label = torch.randn(draw.rows, draw.classes), draw.labels()
    loss, target = draw.one_of(
        (nn.CrossEntropyLoss(reduction=reduction), label),
        (nn.MSELoss(reduction=reduction), amount),
        (nn.BCEWithLogitsLoss(reduction=reduction), (amount > 0).float()),
        (nn.HuberLoss(reduction=reduction), amount),
    )
    return draw.trained(draw.network(draw.classes), loss, draw.inputs(), target)


def averaged(draw: Draw) -> Program:
    """means, their root, a sum's root, a contrast within the batch."""
    if draw.one_of(True, False):
        return kinds(draw, "mean")
    loss = draw.one_of(
        lambda p, t: F.mse_loss(p, t).sqrt(),
        lambda p, t: F.mse_loss(p, t, reduction="sum").sqrt(),
        lambda p, t: F.cross_entropy(p @ t.T, torch.arange(len(p))),
    )
    return draw.trained(draw.network(8), loss, draw.inputs(), torch.randn(draw.rows, 8))


def summed(draw: Draw) -> Program:
    """sums over the batch."""
    return kinds(draw, "sum")


def _off_two(case: Case) -> float | None:
    of_twice = reductions._of_twice_the_batch(case)
    return None if of_twice is None else abs(of_twice - 2)


def _padded(draw: Draw, is_of_all: bool) -> Program:
    present = torch.rand(draw.rows, 1) < draw.one_of(0.3, 0.6, 0.9)
    target = torch.where(present, torch.randn(draw.rows, 1), torch.inf)
    each = draw.one_of(F.mse_loss, F.smooth_l1_loss)

    def loss(p: Tensor, t: Tensor) -> Tensor:
        seen = t.isfinite()
        values = each(p, t.nan_to_num(posinf=0.0), reduction="none") * seen
        return values.mean() if is_of_all else values.sum() / seen.sum()

    return draw.trained(draw.network(), loss, draw.inputs(), target)


def of_present(draw: Draw) -> Program:
    """10 to 70 % ignored, divided by those that count."""
    return _padded(draw, is_of_all=False)


def of_all(draw: Draw) -> Program:
    """the same divided by all."""
    return _padded(draw, is_of_all=True)


def _moved(case: Case) -> float | None:
    elements = Elements(case.scene, case.nature.softmax_axis)
    ignored = reductions._ignored(elements, reductions._OTHERS)
    if ignored is None or int((~ignored).sum()) < reductions._FEWEST or not bool(ignored.any()):
        return None
    filled, kept = next(reductions._filled(elements, ignored))
    before, after = case.scene.answer.slopes, filled.answer.slopes
    if before is None or after is None:
        return None
    old, new = (elements.each(slopes)[kept] for slopes in (before, after))
    return reductions._move(old, new) / float(ignored.double().mean())


LIMITS = (
    Limit("LM403", "value times classes to a divergence", (divergences, "_CLOSE"), "below", _off, batchmeans, means),
    Limit(
        "LM401, LM402",
        "value of a divergence",
        (divergences, "_NEGATIVE"),
        "below",
        lambda case: case.scene.answer.value,
        agreed,
        of_probabilities,
    ),
    Limit(
        "LM401",
        "slope at rest to that elsewhere",
        (divergences, "_AT_REST"),
        "above",
        lambda case: divergences._slope_at_rest(case, 1),
        in_order,
        without_logarithm,
    ),
    Limit(
        "LM503", "loss of twice the batch, from twice", (reductions, "_DOUBLED"), "below", _off_two, averaged, summed
    ),
    Limit(
        "LM501",
        "change of slopes where none is ignored, to their share",
        (reductions, "_MOVED"),
        "below",
        _moved,
        of_present,
        of_all,
    ),
)
