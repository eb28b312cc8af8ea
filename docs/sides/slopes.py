"""Elements whose slope a clamp holds at 0, and slopes that were written by hand."""

from __future__ import annotations

import torch
from drawn import Draw, Limit, Program
from sides.sums import kinds
from torch import Tensor, nn
from torch.nn import functional as F

import lossmith as lm
from lossmith.auditing import outputs
from lossmith.auditing.case import Case
from lossmith.auditing.probes import held, second_derivatives

# Held -----------------------------------------------------------------------------------------------------------------


def free(draw: Draw) -> Program:
    """cross-entropy, distances, hinges, a clamp that holds none."""
    kind = draw.one_of("plain", "hinge", "clamp")
    if kind == "plain":
        return kinds(draw, "mean")
    sign = draw.labels(2)[:, None] * 2.0 - 1
    if kind == "hinge":
        return draw.trained(draw.network(), lambda p, t: (1 - p * t).clamp_min(0).mean(), draw.inputs(), sign)
    return draw.trained(draw.network(), _clamped, draw.inputs(), (sign + 1) / 2)


def _clamped(p: Tensor, t: Tensor) -> Tensor:
    return F.binary_cross_entropy(p.sigmoid().clamp(1e-7, 1 - 1e-7), t)


def cut_off(draw: Draw) -> Program:
    """binary cross-entropy of scores cut off so that 1 of 10 or more is held."""
    model, _, x, _ = draw.trained(draw.network(), nn.BCEWithLogitsLoss(), draw.inputs(), torch.ones(draw.rows, 1))
    with torch.no_grad():
        said = model(x)
        end = float(said.quantile(draw.one_of(0.1, 0.5, 0.9)))
    target = (torch.rand(draw.rows, 1) < 0.5).float()
    return model, lambda p, t: F.binary_cross_entropy_with_logits(p.clamp(max=end), t), x, target


def _held(case: Case) -> float | None:
    slopes = case.scene.answer.slopes
    if slopes is None or not bool((slopes == 0).any()):
        return 0.0
    return held._held_share(case, held._units(case, slopes == 0))


# Second derivatives ---------------------------------------------------------------------------------------------------


def curved(draw: Draw) -> Program:
    """cross-entropy, squared, Huber's, logistic; ours and torch's."""
    loss = draw.one_of(nn.CrossEntropyLoss(), lm.CrossEntropy())
    distance = draw.one_of(nn.MSELoss(), nn.HuberLoss(), nn.SoftMarginLoss(), lm.LogCosh())
    if draw.one_of(True, False):
        return draw.trained(draw.network(draw.classes), loss, draw.inputs(), draw.labels())
    return draw.trained(draw.network(), distance, draw.inputs(), draw.labels(2)[:, None] * 2.0 - 1)


class _Written(torch.autograd.Function):
    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, p: Tensor, t: Tensor) -> Tensor:
        ctx.slopes = torch.tanh(p - t) / p.numel()  # type: ignore[attr-defined]
        return (p - t).cosh().log().mean()

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, upstream: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        return upstream * ctx.slopes, None  # type: ignore[attr-defined]


def written(draw: Draw) -> Program:
    """log-cosh with slopes that were kept, and know nothing of the prediction."""
    return draw.network(), _Written.apply, draw.inputs(), torch.randn(draw.rows, 1)


def _second(case: Case) -> tuple[float, list[float]] | None:
    scene, prediction = case.scene, case.prediction
    assert prediction is not None
    target = outputs.doubled(scene.target)
    return second_derivatives._measured(
        lambda leaf: scene.loss(leaf, target).sum(), prediction.double(), second_derivatives._WIDE
    )


def _second_off(case: Case) -> float | None:
    found = _second(case)
    if found is None or second_derivatives._spread(found[1]) >= second_derivatives._AGREED:
        return None
    return second_derivatives._off(found[0], found[1][-1])


LIMITS = (
    Limit("LM605", "share of elements held", (held, "_HELD"), "above", _held, free, cut_off),
    Limit(
        "LM805",
        "second derivative to differences",
        (second_derivatives, "_WRONG"),
        "above",
        _second_off,
        curved,
        written,
    ),
)
