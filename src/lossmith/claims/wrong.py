"""Claim 9: what the wrong loss does, and whether the audit sees it coming."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from lossmith.claims import programs
from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.claims.programs import MARKS, Descent, Measure, Program

_MOST = 1e20  # what is larger is on its way to infinity, and not drawn
Course = Sequence[float]  # what is measured after the steps in MARKS


@dataclass(frozen=True, kw_only=True)
class Case:
    """A kind of failure: the wrong program and the right one of a seed, how both are trained, what is measured of them.

    ``harm`` makes one number of both measurements through the training, wrong and right.
    """

    name: str
    code: str
    programs: Callable[[int], tuple[Program, Program]]
    descent: Descent
    measure: Measure
    y: str
    harm: Callable[[Course, Course], float]
    says: str
    above: float = 0.0
    log: str = ""


def lost(wrong: Course, right: Course) -> float:
    """How much less the wrong program has at the end."""
    return right[-1] - wrong[-1]


def grown(wrong: Course, right: Course) -> float:
    """How much more the wrong program has at the end."""
    return wrong[-1] - right[-1]


def times_larger(wrong: Course, right: Course) -> float:
    """How many times as much the wrong program has at the start."""
    return wrong[0] / right[0]


def times_smaller(wrong: Course, right: Course) -> float:
    """How many times as much the right program has at the start."""
    return right[0] / wrong[0]


CASES = (
    Case(
        name="failed convergence (softmax over one unit)",
        code="LM108",
        programs=programs.failed,
        descent=partial(torch.optim.SGD, lr=0.1),
        measure=programs.right_answers,
        y="right answers",
        harm=lost,
        says="share of right answers that is lost",
    ),
    Case(
        name="slow convergence (softmax twice)",
        code="LM101",
        programs=programs.slow,
        descent=partial(torch.optim.SGD, lr=0.1),
        measure=programs.right_answers,
        y="right answers",
        harm=lost,
        says="share of right answers that is lacking after 200 steps",
    ),
    Case(
        name="exploding gradients (prices in dollars)",
        code="LM213",
        programs=programs.exploding,
        descent=partial(torch.optim.SGD, lr=0.05),
        measure=programs.gradient,
        y="norm of the gradient",
        harm=times_larger,
        says="the first gradient is larger, times",
        above=1000,
        log="y",
    ),
    Case(
        name="vanishing gradients (a sure sigmoid with MSE)",
        code="LM607",
        programs=programs.vanishing,
        descent=partial(torch.optim.SGD, lr=0.1),
        measure=programs.gradient,
        y="norm of the gradient",
        harm=times_smaller,
        says="the first gradient is smaller, times",
        above=1000,
        log="y",
    ),
    Case(
        name="underfitting (a sigmoid before targets that it cannot reach)",
        code="LM110",
        programs=programs.underfitting,
        descent=partial(torch.optim.SGD, lr=0.05),
        measure=programs.explained,
        y="explained variance",
        harm=lost,
        says="share of variance that is lost",
    ),
    Case(
        name="overfitting (a sum beside a weight decay)",
        code="LM503",
        programs=programs.overfitting,
        descent=partial(torch.optim.Adam, lr=1e-2, weight_decay=0.03),
        measure=programs.gap,
        y="gap of right answers",
        harm=grown,
        says="the gap between rows learned from and new rows is larger, by",
    ),
)


def experiment(seed: int, quick: bool) -> Evidence:
    """Each wrong program against the right one, and the audit of the wrong one."""
    seeds = range(seed, seed + (3 if quick else 8))
    tried = [_tried(case, seeds) for case in CASES]
    return Evidence([check for checks, _ in tried for check in checks], [picture for _, picture in tried])


def _tried(case: Case, seeds: Sequence[int]) -> tuple[list[Check], Picture]:
    """The harm that the wrong program does, and whether the audit finds it before it is trained."""
    pairs = [case.programs(seed) for seed in seeds]
    found = [float(case.code in wrong.codes()) for wrong, _ in pairs]
    paths = [tuple(program.followed(case.measure, case.descent) for program in pair) for pair in pairs]
    harms = [case.harm(wrong, right) for wrong, right in paths]
    figure = Figure.ratio(harms) if case.log else Figure.mean(harms)
    says = f"{case.name}: the audit finds {case.code}, share of seeds"
    checks = [
        Check(says=f"{case.name}: {case.says}", figure=figure, above=case.above),
        Check(says=says, figure=Figure.mean(found), above=0.99),
    ]
    return checks, _picture(case, *paths[0])


def _picture(case: Case, wrong: Course, right: Course) -> Picture:
    """Both programs of the first seed, as far as there are numbers."""
    lines = []
    for name, path in (("wrong loss", wrong), ("right loss", right)):
        count = next((place for place, value in enumerate(path) if not abs(value) < _MOST), len(path))
        lines.append(Line(name=name, x=MARKS[:count], y=[float(f"{value:.4g}") for value in path[:count]]))
    return Picture(title=case.name[0].upper() + case.name[1:], x="step", y=case.y, lines=lines, log=case.log)


CLAIM = Claim(
    number=9,
    sentence="The wrong loss gives slow or failed convergence, exploding or vanishing gradients, over- or "
    "underfitting.",
    source="The lecture",
    data="500 rows of the bundled mails, digits or houses; networks with one hidden layer",
    measure="one wrong program of each kind against the right one, 200 steps of gradient descent (overfitting: of Adam "
    "with a weight decay of 0.03), over seeds; whether the audit of the wrong one finds its code before it is trained",
    experiment=experiment,
)
