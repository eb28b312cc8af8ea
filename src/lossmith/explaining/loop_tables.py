"""A training loop as tables of numbers, for the terminal and the page alike."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lossmith.explaining.loop import HIDDEN, INPUTS, Step, TrainingLoop, Weights
from lossmith.page import Table

SHOWN = 2  # steps that are shown number by number


def number(value: float) -> str:
    """Four significant digits: what a learner can multiply again.

    >>> number(-0.123456), number(2.0)
    ('-0.1235', '2')
    """
    return f"{value:.4g}"


def numbered(loop: TrainingLoop) -> list[tuple[str, str, Table | None]]:
    """The first steps, part by part: a heading, a sentence, a table."""
    parts: list[tuple[str, str, Table | None]] = []
    for turn, step in enumerate(loop.steps[:SHOWN], 1):
        rows = len(loop.inputs)
        terms = _sum(step.losses)
        parts += [
            (f"Step {turn}: predict", _network(loop), _predicted(loop, step)),
            (f"Step {turn}: loss", f"the mean over the rows: ({terms}) / {rows} = {number(step.loss)}", None),
            (
                f"Step {turn}: backpropagate",
                f"from the back to the front: slope / {rows}, times v, times 1 - h²",
                _backpropagated(step),
            ),
            (
                f"Step {turn}: step",
                f"gradient: over the rows, slope × what the weight multiplied; after = before - "
                f"{number(loop.learning_rate)} × gradient",
                _stepped(loop, step),
            ),
        ]
    return parts


def names(weights: Weights) -> list[str]:
    """The name of each weight, in the order of `flat`."""
    outputs = _outputs(weights, "")
    hidden = [str(unit + 1) for unit in range(HIDDEN)]
    inner = [f"{letter}{unit}" for letter in "wb" for unit in hidden]
    return [*inner, *(f"v{_joined(o, unit)}" for o in outputs for unit in hidden), *(f"c{o}" for o in outputs)]


def flat(weights: Weights) -> list[float]:
    """All weights in a row."""
    return [*weights.w, *weights.b, *(v for row in weights.v for v in row), *weights.c]


def through(loop: TrainingLoop) -> dict[str, dict[str, list[float]]]:
    """What changes through the training, by the number of steps taken: loss, predictions, gradients, weights."""
    gradients = [step.gradient for step in loop.steps]
    moments = [*(step.before for step in loop.steps), loop.steps[-1].after]
    columns = map(list, zip(*map(flat, moments), strict=True))
    weights = list(zip(names(moments[0]), columns, strict=True))
    return {
        "Loss": {"loss": [step.loss for step in loop.steps]},
        "Predictions": _predictions(loop),
        "Length of the gradient": {
            "hidden gradient": [math.hypot(*g.w, *g.b) for g in gradients],
            "output gradient": [math.hypot(*(v for row in g.v for v in row), *g.c) for g in gradients],
        },
        "Weights of the hidden layer": dict(weights[: 2 * HIDDEN]),
        "Weights of the output layer": dict(weights[2 * HIDDEN :]),
    }


def _predictions(loop: TrainingLoop) -> dict[str, list[float]]:
    """Of each row, by the steps taken."""
    outputs = _outputs(loop.steps[0].before, "p")
    return {
        f"{name}, {row}": [step.prediction[i][k] for step in loop.steps]
        for i, row in enumerate(_rows(len(loop.inputs)))
        for k, name in enumerate(outputs)
    }


def _network(loop: TrainingLoop) -> str:
    output = "pk = vk,1 h1 + vk,2 h2 + ck, three scores" if loop.loss.HAS_CLASSES else "p = v1 h1 + v2 h2 + c"
    return f"h = tanh(w x + b), two hidden units; {output}"


def _predicted(loop: TrainingLoop, step: Step) -> Table:
    """A column for each row of the data, as in what follows."""
    hidden = [f"h{unit + 1}" for unit in range(HIDDEN)]
    outputs = _outputs(step.before, "p")
    headings = ["x", "target", *hidden, *outputs, "loss", *(f"slope by {p}" for p in outputs)]
    columns = [
        [number(x), _target(target), *map(number, (*h, *p, value, *slope))]
        for x, target, h, p, value, slope in zip(
            loop.inputs, loop.targets, step.hidden, step.prediction, step.losses, step.slopes, strict=True
        )
    ]
    rows = [[heading, *cells] for heading, cells in zip(headings, zip(*columns, strict=True), strict=True)]
    return Table(["", *_rows(len(columns))], rows)


def _backpropagated(step: Step) -> Table:
    """Each slope as the product that it is."""
    count = len(step.losses)
    outputs = _outputs(step.before, "p")
    units = range(HIDDEN)
    rows = []
    for row in range(count):
        at_output, at_hidden = step.by_prediction[row], step.by_hidden[row]
        shown = [f"{number(s)} / {count} = {number(g)}" for s, g in zip(step.slopes[row], at_output, strict=True)]
        for unit in units:
            weights = [v[unit] for v in step.before.v]
            shown.append(f"{_products(at_output, weights)} = {number(at_hidden[unit])}")
        for unit in units:
            factor = _factor(1 - step.hidden[row][unit] ** 2)
            shown.append(f"{number(at_hidden[unit])} × {factor} = {number(step.by_sums[row][unit])}")
        rows.append(shown)
    headings = [*outputs, *(f"h{unit + 1}" for unit in units), *(f"w{unit + 1} x + b{unit + 1}" for unit in units)]
    by_number = [[heading, *cells] for heading, cells in zip(headings, zip(*rows, strict=True), strict=True)]
    return Table(["slope by", *_rows(count)], by_number)


def _stepped(loop: TrainingLoop, step: Step) -> Table:
    """Each weight: before, the gradient as the sum that it is, after."""
    hidden = list(zip(*step.hidden, strict=True))
    at_sums, at_outputs = (list(zip(*rows, strict=True)) for rows in (step.by_sums, step.by_prediction))
    sums = [
        *(_products(slopes, loop.inputs) for slopes in at_sums),
        *(_sum(slopes) for slopes in at_sums),
        *(_products(slopes, values) for slopes in at_outputs for values in hidden),
        *(_sum(slopes) for slopes in at_outputs),
    ]
    columns = zip(names(step.before), flat(step.before), sums, flat(step.gradient), flat(step.after), strict=True)
    rows = [
        [name, number(before), f"{products} = {number(gradient)}", number(after)]
        for name, before, products, gradient, after in columns
    ]
    return Table(["weight", "before", "gradient", "after"], rows)


def _rows(count: int) -> list[str]:
    return [f"row {row + 1}" for row in range(count)]


def _products(slopes: Sequence[float], factors: Sequence[float]) -> str:
    return _sum(slopes, [f" × {_factor(factor)}" for factor in factors])


def _sum(slopes: Sequence[float], times: Sequence[str] = ("",) * len(INPUTS)) -> str:
    """Brackets around what is below 0, but at the head."""
    first, *others = slopes
    heads = [number(first), *map(_factor, others)]
    return " + ".join(head + tail for head, tail in zip(heads, times, strict=True))


def _factor(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _outputs(weights: Weights, letter: str) -> list[str]:
    """One output needs no number."""
    return [letter] if len(weights.c) == 1 else [f"{letter}{output}" for output in range(len(weights.c))]


def _joined(output: str, unit: str) -> str:
    return f"{output},{unit}" if output else unit


def _target(target: float | Sequence[float]) -> str:
    return ", ".join(map(number, target)) if isinstance(target, Sequence) else number(target)
