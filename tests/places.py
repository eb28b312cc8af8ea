"""Where a loss of the catalogue is tried against the oracle, what is wanted there, and the call that gives it."""

from __future__ import annotations

import dataclasses
import itertools
import math

import pytest
import torch

import lossmith as lm
import oracle
from catalogue import CASES
from hostile_grid import (
    LOG_PROBABILITIES,
    PROBABILITIES,
    ROW_TARGETS,
    ROWS_OF_PROBABILITIES,
    ROWS_OF_SCORES,
    SCORES,
    TARGETS,
    log_rows,
)
from lossmith import fused
from lossmith.arrays import result_of, tensor_of
from lossmith.kernels import dispatch
from lossmith.kernels.handed import NoKernel

CONFIGURED = [loss for case in CASES.values() for loss in (*case.settings, *case.beyond)]
LEGAL = {"scores": math.isfinite, "probabilities": lambda p: 0 < p < 1, "log_probabilities": lambda x: x < 0}
SEVERAL = (-40.0, -1.0, 1e-8, 0.3, 7.0)  # predictions of one element, each with each


def reads_an_element(loss: lm.Loss) -> bool:
    """Whether the textbook has one prediction and one target, and no rows."""
    return isinstance(CASES[loss.name].textbook, oracle.Textbook)


def parameters(loss: lm.Loss) -> tuple[tuple[str, float], ...]:
    """The hyper-parameters as the oracle takes them."""
    return tuple((f.name, getattr(loss, f.name)) for f in dataclasses.fields(loss))


def rounded(numbers, dtype: torch.dtype) -> list:
    """The numbers as the dtype has them; the oracle sees the same ones."""
    return torch.tensor(numbers, dtype=torch.float64).to(dtype).double().tolist()


def around(points, dtype: torch.dtype) -> list[float]:
    """The neighbours of each point in the dtype, and the point itself where the dtype has it."""
    precise = torch.tensor([float(p) for p in points], dtype=torch.float64)
    # torch has no neighbours in half precision; those of float64 round to the point itself
    steps = dtype if dtype in (torch.float64, torch.float32) else torch.float64
    own = precise.to(steps)
    sides = [torch.nextafter(own, torch.full_like(own, end)).double().tolist() for end in (-math.inf, math.inf)]
    exact = [x for x, p in zip(own.double().tolist(), points, strict=True) if oracle.mpf(x) == p]
    return [*sides[0], *exact, *sides[1]]


def derivative(loss, order, prediction, target, **options):
    if order == 0:
        return loss(prediction, target, reduction="none", **options)
    if order == 2 and isinstance(loss, lm.Setwise):
        return _bends_of_sets(loss, prediction, target, **options)
    return (loss.gradient if order == 1 else loss.curvature)(prediction, target, **options)


def by_kernel(loss, order, prediction, target, **options):
    """The same by the kernel, for orders 0 and 1; None where there is none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "KERNELS_ARE_OFF", False)
        try:
            call = fused.bind(loss, prediction, target, fused.Request("none", None, options))
            return call.elements_and_slopes()[order]
        except NoKernel:
            return None


def _bends_of_sets(loss, prediction, target, **options):
    """The Hessian's diagonal, which a Setwise loss itself refuses: a backward pass for each of a set's predictions."""
    x = tensor_of(prediction, "prediction").clone().requires_grad_()
    (slope,) = torch.autograd.grad(loss(x, target, reduction="none", **options).sum(), x, create_graph=True)
    columns = [torch.autograd.grad(c.sum(), x, retain_graph=True)[0] for c in slope.flatten(1).unbind(1)]
    diagonal = torch.stack([c.flatten(1)[:, j] for j, c in enumerate(columns)], 1).reshape(x.shape)
    return result_of(diagonal, prediction)


# One score, one target ------------------------------------------------------------------------------------------------


def element_places(dtype: torch.dtype, loss: lm.Loss, given: str) -> list[tuple[float, float]]:
    """The legal pairs as the dtype has them; probabilities of 0 or 1 there, and means of 0, are for test_hostile."""
    pairs = rounded(_pairs(loss, given, dtype), dtype)
    low = loss.traits.link.low if given == "scores" else -math.inf
    return [(x, t) for x, t in pairs if LEGAL[given](x) and x > low and math.isfinite(t) and is_legal(loss, t)]


def is_legal(loss: lm.Loss, target: float) -> bool:
    """Whether the target is as the loss's coding has it."""
    violated = loss.traits.target.violated
    return violated is None or not violated(torch.tensor(target, dtype=torch.float64))


def _pairs(loss: lm.Loss, given: str, dtype: torch.dtype) -> list[tuple[float, float]]:
    case = CASES[loss.name]
    usual = {"scores": SCORES, "probabilities": PROBABILITIES, "log_probabilities": LOG_PROBABILITIES}[given]
    scores = case.scores or usual
    fixed = dict(parameters(loss))
    targets = case.targets or TARGETS[loss.traits.target.name]

    def hostile(t):
        near = (*case.textbook.kinks(t, **fixed), *case.near(t, **fixed)) if given == "scores" else ()
        return (*scores, *around(near, dtype))

    if not isinstance(loss, lm.Residual):
        return [(x, t) for t in targets for x in hostile(t)]
    pairs = [(x, 0.0) for x in hostile(0.0)]
    pairs += [(t + d, t) for t in targets if t for d in (-1.0, -1e-3, 0.0, 0.25, 40.0)]
    return [*pairs, (0.3, 0.1), (1e-30, -1e-30), (2.5, math.nextafter(2.5, 3.0))]


def wanted_elements(loss, order, places, given, dtype) -> list[oracle.Expected]:
    name = str(dtype).removeprefix("torch.")
    return [oracle.element(CASES[loss.name].textbook, order, *place, parameters(loss), given, name) for place in places]


# A row of predictions -------------------------------------------------------------------------------------------------


def reads_one_number(loss: lm.Loss) -> bool:
    """Whether a row of predictions has one number for its target."""
    return loss.traits.target.name in TARGETS


def row_places(loss, given, target_given, dtype) -> list[tuple[list[float], list[float]]]:
    """All pairs of a few hostile rows of predictions and of targets, as the dtype has them."""
    case = CASES[loss.name]
    if target_given == "scores":
        targets = ((1.0, -2.0, 0.5), (1e4, 1e4 - 0.5, 1e4 - 3.0))
    elif target_given == "log_probabilities":
        targets = log_rows(((0.2, 0.5, 0.3), (1e-30, 0.5, 0.5)))
    elif case.row_targets is not None:
        targets = case.row_targets(loss)
    elif reads_one_number(loss):
        targets = tuple((t,) for t in case.targets or TARGETS[loss.traits.target.name])
    else:
        targets = ROW_TARGETS[loss.traits.target.name]
    pairs = itertools.product(rounded(_rows(loss, given), dtype), rounded(targets, dtype))
    legal = [(x, t) for x, t in pairs if all(map(LEGAL[given], x)) and all(map(math.isfinite, t))]
    return [place for place in legal if not case.textbook.at_a_kink(*place, given, target_given)]


def _rows(loss, given):
    case = CASES[loss.name]
    if given != "scores":
        return ROWS_OF_PROBABILITIES if given == "probabilities" else log_rows(ROWS_OF_PROBABILITIES)
    if case.rows is not None:
        return case.rows(loss) if callable(case.rows) else case.rows
    if isinstance(loss, lm.Likelihood):
        (count,), _ = loss._sample(torch.zeros(()))
        return tuple(itertools.product(SEVERAL, repeat=count))
    return ROWS_OF_SCORES


def wanted_rows(loss, order, places, given, target_given, dtype) -> list[tuple[oracle.Expected, ...]]:
    name = str(dtype).removeprefix("torch.")
    book = CASES[loss.name].textbook
    return [oracle.row(book, order, tuple(x), tuple(t), parameters(loss), given, target_given, name) for x, t in places]


def row_tensors(loss, places, dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Prediction and target of a call: a label as an index, the number of a row without its list."""
    prediction, target = (torch.tensor(v, dtype=dtype) for v in zip(*places, strict=True))
    if reads_one_number(loss):
        return prediction, target.squeeze(-1)
    if loss._target_coding().name == "label sequence":
        return prediction.reshape(-1, *loss._sample(target)[0]), target.long()
    if loss._target_coding().task == "sets":
        return tuple(v.reshape(-1, *loss._sample(target)[0]) for v in (prediction, target))
    return prediction, target.argmax(-1) if loss._target_coding().name == "class index" else target


# How far off ----------------------------------------------------------------------------------------------------------


def ways(loss) -> list[tuple[str, str]]:
    """What prediction and target may be given as."""
    maps = isinstance(loss, lm.Rowwise) and loss._maps_scores()  # then it reads scores alone
    read = ("scores",) if maps else CASES[loss.name].textbook.given
    every = [(given, said) for given in read for said in loss.TARGET_GIVEN]
    if loss in CASES[loss.name].settings:
        return every
    # next to a limit it is the evaluation from scores, or from probabilities, that may break, not how a target is read
    return [(given, said) for given, said in every if given in ("scores", said)]


def units(loss, given, target_given, order, dtype) -> list[float]:
    """The error at each place, of the formula on tensors and of the kernel, in units; see ``oracle.Expected``."""
    if reads_an_element(loss):
        places = element_places(dtype, loss, given)
        prediction, target = torch.tensor(places, dtype=dtype).unbind(-1)
        expected = wanted_elements(loss, order, places, given, dtype)
        options = {"given": given}
    else:
        places = row_places(loss, given, target_given, dtype)
        prediction, target = row_tensors(loss, places, dtype)
        expected = [e for row in wanted_rows(loss, order, places, given, target_given, dtype) for e in row]
        options = {"given": given, **({"target_given": target_given} if len(loss.TARGET_GIVEN) > 1 else {})}
    found = [derivative(loss, order, prediction, target, **options)]
    if order < 2 and (kernels := by_kernel(loss, order, prediction, target, **options)) is not None:
        found.append(kernels)
    info = torch.finfo(dtype)
    return [
        e.units(g, info.eps, info.tiny * info.eps, info.max)
        for got in found
        for g, e in zip(got.double().flatten().tolist(), expected, strict=True)
    ]
