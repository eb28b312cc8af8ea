"""Claim 4: how many steps each loss needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.claims.training import (
    Descent,
    Labelled,
    Losses,
    Objective,
    by_label,
    digits,
    mse_on_scores,
    price_bands,
    spam,
    to_tune_on,
    train,
)
from lossmith.losses import Brier, MulticlassHinge, SparseCategoricalCrossEntropy, Squentropy

_MARKS = tuple(sorted({round(1.17**power) for power in range(35)}))  # steps after which a network is judged
_REACHED = 0.95  # of the way from guessing to the best mean share of right answers that any loss comes to
_TUNING = 1000  # is added to a seed to tune with, so that no result is tuned on itself
_NOISES = (0.0, 0.2, 0.4)
_FASTEST = "cross-entropy"  # as the claim has it
_SLOWER = ("MSE after softmax (Brier)", "MSE on scores")

_LOSSES: Losses = {
    _FASTEST: by_label(SparseCategoricalCrossEntropy()),
    _SLOWER[0]: by_label(Brier()),
    _SLOWER[1]: mse_on_scores,
    "squentropy": by_label(Squentropy()),
    "hinge": by_label(MulticlassHinge()),
}

Steps = dict[str, list[float]]  # of each loss, a number a seed


@dataclass(frozen=True)
class Optimiser:
    """How networks descend, and the rates that each loss may choose from."""

    name: str
    descent: Descent
    rates: tuple[float, ...]


ADAM = Optimiser("Adam", torch.optim.Adam, (1e-2, 3e-2, 1e-1))
MOMENTUM = Optimiser("momentum", partial(torch.optim.SGD, momentum=0.9), (1e-2, 5e-2, 2e-1, 1.0))


def steps_needed(
    data: Labelled, optimiser: Optimiser, noise: float, seeds: Sequence[int], tuning: Sequence[int]
) -> tuple[Steps, Steps]:
    """The steps to the level on training rows, with the labels given, and on test rows."""
    found = {}
    for name, loss in _LOSSES.items():
        rate = best_rate(to_tune_on(data), loss, optimiser, noise, tuning)
        found[name] = train(data, loss, seeds=seeds, rate=rate, noise=noise, marks=_MARKS, descent=optimiser.descent)
    on_training = {name: curves.train for name, curves in found.items()}
    on_test = {name: curves.test for name, curves in found.items()}
    return reached(on_training, data.classes), reached(on_test, data.classes)


def best_rate(data: Labelled, loss: Objective, optimiser: Optimiser, noise: float, seeds: Sequence[int]) -> float:
    """The rate with the most right answers on the rows held out, over the marks and so over all stages alike."""

    def right(rate: float) -> float:
        how = {"noise": noise, "marks": _MARKS, "descent": optimiser.descent}
        return float(train(data, loss, seeds=seeds, rate=rate, **how).test.mean())  # type: ignore[arg-type]

    return max(optimiser.rates, key=right)


def reached(curves: Mapping[str, Tensor], classes: int) -> Steps:
    """The first step of each curve (S, T) at the level: 95 % of the way from guessing to the best mean of any."""
    guessed, best = 1 / classes, max(float(curve.mean(0).max()) for curve in curves.values())
    level = guessed + _REACHED * (best - guessed)
    return {name: first_at(curve, level) for name, curve in curves.items()}


def first_at(curves: Tensor, level: float) -> list[float]:
    """The first step of each curve (S, T) that is at the level, or the last step."""
    is_there = curves >= level
    places = torch.where(is_there.any(1), is_there.float().argmax(1), curves.shape[1] - 1)
    return [float(_MARKS[place]) for place in places.tolist()]


def experiment(seed: int, quick: bool) -> Evidence:
    """Steps of each loss, and their ratios to those of cross-entropy."""
    seeds = range(seed, seed + (3 if quick else 8))
    tuning = range(seed + _TUNING, seed + _TUNING + (2 if quick else 3))
    checks, pictures = [], []
    for data in (digits(),) if quick else (digits(), spam(), price_bands()):
        found = {noise: steps_needed(data, ADAM, noise, seeds, tuning) for noise in _NOISES}
        for noise, needed in found.items():
            checks += _compared(f"{data.name}, {100 * noise:.0f} % wrong labels", needed)
        checks += _compared(f"{data.name}, momentum", steps_needed(data, MOMENTUM, 0.0, seeds, tuning))
        for side, rows in enumerate(("training", "test")):
            title = f"{data.name.capitalize()}: steps to the level on {rows} rows"
            pictures.append(_picture(title, {noise: needed[side] for noise, needed in found.items()}))
    return Evidence(checks, pictures)


def _compared(case: str, needed: tuple[Steps, Steps]) -> list[Check]:
    """Both kinds of MSE against cross-entropy, on both kinds of rows."""
    checks = []
    for rows, steps in zip(("training", "test"), needed, strict=True):
        for name in _SLOWER:
            ratios = [slow / fast for slow, fast in zip(steps[name], steps[_FASTEST], strict=True)]
            says = f"{case}, {rows} rows: {name} needs more steps than cross-entropy, times"
            checks.append(Check(says=says, figure=Figure.ratio(ratios), above=1))
    return checks


def _picture(title: str, found: Mapping[float, Steps]) -> Picture:
    lines = [Line(name=name, x=_NOISES, y=[Figure.mean(found[n][name]).value for n in _NOISES]) for name in _LOSSES]
    return Picture(title=title, x="share of wrong labels", y="steps", lines=lines)


CLAIM = Claim(
    number=4,
    sentence="Cross-entropy trains faster than MSE for classification.",
    source="The lecture; Hui and Belkin (2020) found MSE on scores comparable; Janocha and Czarnecki (2017)",
    data="the bundled digits, mails and houses in five bands of price; 0, 20 and 40 % of the training labels wrong",
    measure="steps at batches of 128 (at most 208) until 95 % of the way from guessing to the best mean accuracy that "
    "any loss comes to, on training rows with the labels given and on test rows; one hidden layer of 64; Adam, and "
    "without wrong labels gradient descent with momentum; each loss with the best of three or four rates for a fourth "
    "of the training rows that is held out to choose it, with other seeds; pairs of the same seed. Brier is MSE after "
    "softmax times the number of classes",
    experiment=experiment,
)
