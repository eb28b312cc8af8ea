"""What kind a loss is: how far from it those are that are of it, and those that are not."""

from __future__ import annotations

from collections.abc import Callable

import torch
from drawn import Draw, Limit, Loss, Program
from torch import Tensor, nn
from torch.nn import functional as F

import lossmith as lm
from lossmith.auditing import nature
from lossmith.auditing.case import Case
from lossmith.auditing.nature import _Questions


def _labelled(draw: Draw, *losses: Loss) -> Program:
    """Scores of classes beside labels."""
    classes = max(draw.classes, 3)
    return draw.trained(draw.network(classes), draw.one_of(*losses), draw.inputs(), draw.labels(classes))


def _answered(draw: Draw, *losses: Loss) -> Program:
    """Scores beside yes and no."""
    outputs = draw.one_of(1, draw.classes)
    yes = (torch.rand(draw.rows, outputs) < 0.4).float()
    return draw.trained(draw.network(outputs), draw.one_of(*losses), draw.inputs(), yes)


def _signed(draw: Draw, *losses: Loss) -> Program:
    model, loss, x, y = _answered(draw, *losses)
    return model, loss, x, 2 * y - 1


def _amounts(draw: Draw, *losses: Loss) -> Program:
    """Predictions beside amounts of any size."""
    target = draw.one_of(1e-3, 1.0, 30.0, 1e4) * (torch.randn(draw.rows, 1) + draw.one_of(0.0, 2.0)).abs()
    return draw.trained(draw.network(), draw.one_of(*losses), draw.inputs(), target)


def _probable(draw: Draw, end: nn.Module, *losses: Loss) -> Program:
    """Probabilities beside yes and no."""
    yes = (torch.rand(draw.rows, 1) < 0.4).float()
    return draw.trained(draw.network(1, end), draw.one_of(*losses), draw.inputs(), yes)


def _asked(measure: Callable[[_Questions], float]) -> Callable[[Case], float]:
    def of_case(case: Case) -> float:
        assert case.prediction is not None
        return measure(_Questions(case.scene, case.prediction, None))

    return of_case


_WEIGHED = nn.CrossEntropyLoss(label_smoothing=0.1)
_HINGES = (lambda p, t: (1 - p * t).clamp_min(0).mean(), lambda p, t: (1 - p * t).clamp_min(0).square().mean())
_DISTANCES = (nn.MSELoss(), nn.L1Loss(), nn.HuberLoss(), nn.MSELoss(reduction="sum"), lm.LogCosh(), lm.Quantile())
_SIGMOIDS = (nn.BCEWithLogitsLoss(), nn.BCEWithLogitsLoss(pos_weight=torch.tensor(7.0)), lm.BinaryCrossEntropy())


def _focal(p: Tensor, t: Tensor) -> Tensor:
    return ((1 - p.softmax(1).gather(1, t[:, None])[:, 0]) ** 2 * F.cross_entropy(p, t, reduction="none")).mean()


def _of_rows(loss: Loss) -> Loss:
    return lambda p, t: loss(p, F.one_hot(t, p.shape[1]).to(p.dtype))


def _critic(p: Tensor, t: Tensor) -> Tensor:
    return p[:, 0].mean() - p[:, 1].mean()


def _picked(p: Tensor, t: Tensor) -> Tensor:
    return -p.gather(1, t[:, None]).sum()


def _by_hand(p: Tensor, t: Tensor) -> Tensor:
    return -(t * p.log() + (1 - t) * (1 - p).log()).sum()


def _dice(p: Tensor, t: Tensor) -> Tensor:
    return 1 - 2 * (p * t).sum() / (p.sum() + t.sum() + 1)


def _relative(p: Tensor, t: Tensor) -> Tensor:
    return ((p - t).abs() / (t.abs() + 1e-6)).mean()


def _logarithmic(p: Tensor, t: Tensor) -> Tensor:
    return F.mse_loss(p.exp().log1p(), t.log1p())


# Each kind, and others ------------------------------------------------------------------------------------------------


def moving(draw: Draw) -> Program:
    """losses of classes, of yes and no, of amounts."""
    kind = draw.one_of(softmax, sigmoid, residual)
    program: Program = kind(draw)
    return program


def still(draw: Draw) -> Program:
    """losses of a softmax over one unit, or of the sum of one."""
    alone, whole = draw.network(), draw.network(draw.classes)
    model, loss = draw.one_of(
        (alone, lambda p, t: F.binary_cross_entropy(p.softmax(1).squeeze(1), t)),
        (whole, lambda p, t: (p.softmax(1).sum(1) - t).square().mean()),
    )
    return model, loss, draw.inputs(), draw.labels(2).float()


def softmax(draw: Draw) -> Program:
    """cross-entropy, smoothed or of a sum, and focal loss."""
    return _labelled(
        draw, nn.CrossEntropyLoss(), _WEIGHED, nn.CrossEntropyLoss(reduction="sum"), lm.CrossEntropy(), _focal
    )


def no_softmax(draw: Draw) -> Program:
    """losses of log-probabilities, of yes and no for each class, squared ones."""
    return _labelled(
        draw, nn.NLLLoss(), _of_rows(nn.BCEWithLogitsLoss()), _of_rows(nn.MSELoss()), _of_rows(nn.HuberLoss())
    )


def affine(draw: Draw) -> Program:
    """losses of log-probabilities, a critic's."""
    return _labelled(draw, nn.NLLLoss(), nn.NLLLoss(reduction="sum"), _critic, _picked)


def not_affine(draw: Draw) -> Program:
    """losses of classes, of yes and no, of amounts, margins."""
    program: Program = draw.one_of(softmax, sigmoid, residual, margin)(draw)
    return program


def sigmoid(draw: Draw) -> Program:
    """binary cross-entropy, weighed or not."""
    return _answered(draw, *_SIGMOIDS)


def no_sigmoid(draw: Draw) -> Program:
    """distances, hinges, cross-entropy."""
    program: Program = draw.one_of(residual, hinges, softmax)(draw)
    return program


def logarithm(draw: Draw) -> Program:
    """binary cross-entropy of probabilities, by torch and by hand."""
    return _probable(draw, nn.Sigmoid(), nn.BCELoss(), _by_hand, lambda p, t: -(t * p.log()).mean())


def no_logarithm(draw: Draw) -> Program:
    """distances and overlaps of probabilities, binary cross-entropy of scores."""
    return _probable(draw, nn.Sigmoid(), nn.MSELoss(), nn.L1Loss(), _dice, nn.BCEWithLogitsLoss())


def residual(draw: Draw) -> Program:
    """squared, absolute, Huber's, log-cosh, quantile, amounts of 0.001 to 10 000."""
    return _amounts(draw, *_DISTANCES)


def no_residual(draw: Draw) -> Program:
    """relative and logarithmic errors, Poisson, gamma, of the same amounts."""
    return _amounts(draw, _relative, _logarithmic, nn.PoissonNLLLoss(), lm.Gamma())


def squared(draw: Draw) -> Program:
    """squared errors, their mean, sum, or with weights."""
    return _amounts(draw, nn.MSELoss(), nn.MSELoss(reduction="sum"), lambda p, t: (0.5 * (p - t) ** 2 / (1 + t)).mean())


def not_squared(draw: Draw) -> Program:
    """absolute, Huber's, log-cosh, quantile."""
    return _amounts(draw, *_DISTANCES[1:3], *_DISTANCES[4:])


def hinges(draw: Draw) -> Program:
    """hinge, its square."""
    return _signed(draw, *_HINGES)


def margin(draw: Draw) -> Program:
    """hinge, its square, logistic of signs."""
    return _signed(draw, *_HINGES, nn.SoftMarginLoss())


def no_margin(draw: Draw) -> Program:
    """distances to signs, binary cross-entropy."""
    return _signed(draw, nn.MSELoss(), nn.L1Loss(), nn.BCEWithLogitsLoss(), nn.HuberLoss())


def _seen_product(ask: _Questions) -> float:
    target = ask._float_target()
    assert target is not None
    return ask.seen_product(target)


LIMITS = (
    Limit(
        "LM803, LM109",
        "what the loss varies by",
        (nature, "ROUNDED"),
        "below",
        _asked(_Questions.variation),
        moving,
        still,
    ),
    Limit(
        "LM101, LM203, LM210",
        "a shift of all scores of a row",
        (nature, "CLOSE"),
        "below",
        _asked(lambda ask: ask.seen_shift(1)),
        no_softmax,
        softmax,
    ),
    Limit(
        "LM104, LM105, LM401",
        "bend between predictions",
        (nature, "CLOSE"),
        "below",
        _asked(_Questions.bend),
        not_affine,
        affine,
    ),
    Limit(
        "LM110, LM213, LM701",
        "a shift of prediction and target",
        (nature, "CLOSE"),
        "below",
        _asked(lambda ask: ask.seen_together()[0]),
        no_residual,
        residual,
    ),
    Limit(
        "LM205",
        "a score doubled, its sign halved",
        (nature, "CLOSE"),
        "below",
        _asked(_seen_product),
        no_margin,
        margin,
    ),
    Limit(
        "LM102, LM206, LM212",
        "slope at 0 to half of the steepest",
        (nature, "SHAPED"),
        "below",
        _asked(_Questions.off_a_sigmoid),
        no_sigmoid,
        sigmoid,
    ),
    Limit(
        "LM106, LM207",
        "slope at ¼ to twice that at ½",
        (nature, "SHAPED"),
        "below",
        _asked(_Questions.off_a_logarithm),
        no_logarithm,
        logarithm,
    ),
    Limit(
        "LM703, LM704",
        "bend of the slopes",
        (nature, "SHAPED"),
        "below",
        _asked(_Questions.off_a_line),
        not_squared,
        squared,
    ),
)
