"""Gradients on their way through a network, and what is known of a loss at the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from drawn import Draw, Limit, Program, initialised
from torch import Tensor, nn

from lossmith.auditing.case import Case
from lossmith.auditing.probes import gradients, held, start

_SUITED: dict[Callable[[], nn.Module], str] = {nn.ReLU: "kaiming", nn.GELU: "kaiming", nn.Tanh: "orthogonal"}


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.one, self.two = nn.LayerNorm(width), nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.two(self.one(self.norm(x)).relu())


# Depth ----------------------------------------------------------------------------------------------------------------


def _many(draw: Draw) -> int:
    return max(draw.depth, 8)


def _few(draw: Draw) -> int:
    return 4 + draw.seed % 4


def _classified(draw: Draw, model: nn.Module) -> Program:
    x = draw.inputs()
    return draw.trained(model, nn.CrossEntropyLoss(), x, x[:, :3].argmax(1))


def _sound(draw: Draw, layers: int) -> Program:
    draw = replace(draw, width=max(draw.width, 16))
    kind = draw.one_of("residual", "normalised", *_SUITED)
    if kind not in ("residual", "normalised"):
        return _classified(draw, replace(draw, initialisation=_SUITED[kind]).network(3, activation=kind, depth=layers))
    if kind == "residual":
        inner = [_Residual(draw.width) for _ in range(layers // 2 - 1)] + [nn.LayerNorm(draw.width)]
    else:
        inner = [
            part
            for _ in range(layers - 2)
            for part in (nn.Linear(draw.width, draw.width), nn.BatchNorm1d(draw.width), nn.ReLU())
        ]
    model = nn.Sequential(nn.Linear(8, draw.width), *inner, nn.Linear(draw.width, 3))
    return _classified(draw, initialised(model, draw.initialisation))


def deep(draw: Draw) -> Program:
    """8 to 32 layers, residual, normalised or initialised for their activation."""
    return _sound(draw, _many(draw))


def medium(draw: Draw) -> Program:
    """4 to 7 layers of the same kinds."""
    return _sound(draw, _few(draw))


def sigmoids(draw: Draw) -> Program:
    """8 to 32 layers with sigmoids between."""
    return _classified(draw, draw.network(3, activation=nn.Sigmoid, depth=_many(draw)))


def faint_sigmoids(draw: Draw) -> Program:
    """4 to 7 layers with sigmoids between, the weights divided by 100."""
    return _scaled(_classified(draw, draw.network(3, activation=nn.Sigmoid, depth=_few(draw))), 0.01)


def faint(draw: Draw) -> Program:
    """8 to 32 layers with ReLU between, the weights divided by 100."""
    return _scaled(_classified(draw, draw.network(3, depth=_many(draw))), 0.01)


def loud(draw: Draw) -> Program:
    """8 to 32 layers with ReLU between, the weights from a standard normal distribution."""
    draw = replace(draw, width=max(draw.width, 16))
    model, *rest = _classified(draw, draw.network(3, depth=_many(draw)))
    with torch.no_grad():
        for layer in model:
            if isinstance(layer, nn.Linear):
                layer.weight.normal_()
    return model, *rest


def _scaled(program: Program, factor: float) -> Program:
    with torch.no_grad():
        for parameter in program[0].parameters():
            parameter.mul_(factor)
    return program


def _first_to_last(case: Case) -> float | None:
    sizes = gradients._sizes(case)
    return sizes[0] / sizes[-1] if sizes[0] > 0 and sizes[-1] > 0 else None


def _to_the_pull(case: Case) -> float | None:
    slopes = case.scene.answer.slopes
    return None if slopes is None else max(gradients._sizes(case)) / float(slopes.double().norm())


def _largest(case: Case) -> float | None:
    sizes = gradients._sizes(case)
    return max(*sizes, sizes[0] / max(sizes[-1], 1e-30))


# Dead units, flat losses, the start -----------------------------------------------------------------------------------


def alive(draw: Draw) -> Program:
    """networks with ReLU."""
    return _classified(draw, draw.network(3, depth=min(draw.depth, 8) + 1))


def shut(draw: Draw) -> Program:
    """the same with the first bias 6 deviations below 0."""
    model, loss, x, y = alive(draw)
    with torch.no_grad():
        model[0].bias.copy_(-6 * (x @ model[0].weight.T).std(0))
    return model, loss, x, y


def _most_dead(case: Case) -> float | None:
    return max(held._dead(case), default=None)


def usual(draw: Draw) -> Program:
    """cross-entropy, binary cross-entropy, squared errors."""
    x = draw.inputs()
    if draw.one_of(True, False):
        return draw.trained(draw.network(draw.classes), nn.CrossEntropyLoss(), x, draw.labels())
    loss = draw.one_of(nn.MSELoss(), nn.BCEWithLogitsLoss())
    return draw.trained(draw.network(), loss, x, (x[:, :1] > 0).float())


def blind(draw: Draw) -> Program:
    """losses of the sum of a softmax, which is 1."""
    loss = draw.one_of(
        lambda p, t: (p.softmax(1).sum(1) - t).square().mean(),
        lambda p, t: t.mean() - p.log_softmax(1).exp().sum(1).log().mean(),
    )
    return draw.network(draw.classes), loss, draw.inputs(), torch.randn(draw.rows)


def guessing(draw: Draw) -> Program:
    """classifiers of standardised features."""
    if draw.one_of(True, False, False):
        return draw.trained(draw.network(), nn.BCEWithLogitsLoss(), draw.inputs(), draw.labels(2)[:, None].float())
    return draw.trained(draw.network(draw.classes), nn.CrossEntropyLoss(), draw.inputs(), draw.labels())


def boasting(draw: Draw) -> Program:
    """the same with scores of a deviation of 30, beside other labels."""
    model, loss, x, y = guessing(draw)
    with torch.no_grad():
        factor = 30 / model(x).std()
        model[-1].weight.mul_(factor)
        model[-1].bias.mul_(factor)
    return model, loss, x, y[torch.randperm(len(y))]


def _times(case: Case) -> float | None:
    expected, value = start._expected(case), case.scene.answer.value
    return None if expected is None or value is None else start._times(value, expected[0])


LIMITS = (
    Limit(
        "LM806",
        "gradient of the first layer to that of the last",
        (gradients, "_VANISHED"),
        "below",
        _first_to_last,
        deep,
        sigmoids,
    ),
    Limit("LM806", "the same of few layers", (gradients, "_SURELY"), "below", _first_to_last, medium, faint_sigmoids),
    Limit(
        "LM806",
        "largest gradient to that of the predictions",
        (gradients, "_LOST"),
        "below",
        _to_the_pull,
        deep,
        faint,
    ),
    Limit(
        "LM807", "largest gradient, or the first to the last", (gradients, "_EXPLODED"), "above", _largest, deep, loud
    ),
    Limit("LM808", "share of dead units", (held, "_DEAD"), "above", _most_dead, alive, shut),
    Limit(
        "LM803",
        "sum of slopes to the loss",
        (gradients, "_FLAT"),
        "below",
        lambda case: gradients._steepness(case.scene.answer),
        usual,
        blind,
    ),
    Limit("LM901", "loss less 1, to that of a guess", (start, "_FAR"), "above", _times, guessing, boasting),
)
