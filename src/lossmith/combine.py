"""Several losses as one: their weighted sum, with the parts beside it for the logger."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from numbers import Real
from typing import Any, NamedTuple, TypeAlias

import torch
from torch import Tensor

from lossmith.arrays import Result
from lossmith.errors import LossmithError, ShapeError, WeightError
from lossmith.fields import written
from lossmith.loss import Loss
from lossmith.wording import listed

Part: TypeAlias = Loss | Callable[..., Any]  # whatever makes a number of a prediction and a target


class Parts(NamedTuple):
    """What a :class:`SumOf` returns; it unpacks: ``total, parts = compound(prediction, target)``.

    Attributes:
        total: the weighted sum, with its graph.
        parts: the value of each part by its name, unweighted and without a graph.
    """

    total: Result
    parts: dict[str, Result]

    def backward(self, **arguments: Any) -> None:
        """``total.backward()``."""
        self.total.backward(**arguments)

    def item(self) -> float:
        """The total as a number of Python."""
        return _number(self.total)

    def log(self, prefix: str = "") -> dict[str, float]:
        """The total and the parts as numbers of Python, by their names after ``prefix``: what a logger takes."""
        return {prefix + name: _number(value) for name, value in (("total", self.total), *self.parts.items())}


@dataclass(frozen=True)
class SumOf:
    """A weighted sum of losses, made by :func:`sum_of`: a value like a loss, equal, hashable, picklable, printable.

    Called as a loss is: ``compound(prediction, target, **options)``. Whatever is a mapping there is read by the names
    of the parts: ``compound({"box": boxes, "label": scores}, targets, mask={"box": is_object})``. All else goes to each
    part; but a part that is any other function than a loss of Lossmith gets those options alone that bear its name.

    Args:
        terms: name, weight and loss of each part.
    """

    terms: tuple[tuple[str, float, Part], ...]

    def __post_init__(self) -> None:
        """Check names, weights and losses."""
        if not self.terms:
            raise LossmithError("a sum of no losses; write lm.sum_of(mse=(1.0, lm.MSE()), mae=(0.1, lm.MAE()))")
        for name, weight, part in self.terms:
            if isinstance(weight, bool) or not isinstance(weight, Real) or not 0 <= float(weight) < math.inf:
                raise WeightError(f"the weight of {name} is {weight!r}; a number of 0 or more is expected")
            if isinstance(part, type) or not callable(part):
                raise LossmithError(
                    f"{name} is {written(part)}; a configured loss is expected, such as lm.Huber(), or a function of "
                    "prediction and target"
                )
        names = [name for name, _, _ in self.terms]
        if len(set(names)) < len(names) or "total" in names:
            raise LossmithError(
                f"the parts are called {listed(names)}; give each a name of its own, none of them 'total'"
            )
        if not any(self.weights.values()):
            raise WeightError("all weights are 0, so there is nothing to make small; give one of them a weight")
        object.__setattr__(self, "terms", tuple((name, float(weight), part) for name, weight, part in self.terms))

    def __repr__(self) -> str:
        terms = (f"{name}=({weight!r}, {written(part)})" for name, weight, part in self.terms)
        return f"sum_of({', '.join(terms)})"

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each part by its name."""
        return {name: weight for name, weight, _ in self.terms}

    def __call__(self, prediction: Any, target: Any, **options: Any) -> Parts:
        """The weighted sum and its parts.

        Args:
            prediction: for all parts, or a mapping from the name of each part to its own.
            target: likewise.
            **options: of a call of a loss; each may be a mapping from the names of some parts.

        Raises:
            LossmithError: a mapping has other names than the parts, or a part is wrongly used.
        """
        if options.get("inplace"):
            raise LossmithError("inplace=True would overwrite what the next part reads; leave it out")
        for what, value in (("prediction", prediction), ("target", target), *options.items()):
            self._check_names(what, value, all_of_them=what in ("prediction", "target"))
        parts: dict[str, Result] = {}
        summands = []
        for name, weight, part in self.terms:
            own = {key: value for key, value in options.items() if _concerns(name, part, value)}
            with nullcontext() if weight else torch.no_grad():
                value = part(
                    *(_own(name, v) for v in (prediction, target)), **{k: _own(name, v) for k, v in own.items()}
                )
            if weight:  # a part of weight 0 is shown and adds nothing, not even a NaN
                summands.append(weight * value)
            parts[name] = value.detach() if isinstance(value, Tensor) else value
        if len(shapes := {tuple(getattr(summand, "shape", ())) for summand in summands}) > 1:
            raise ShapeError(
                f"the parts have shapes {listed(sorted(map(str, shapes)))}; numbers are expected, or one shape: leave "
                "reduction='none' out"
            )
        return Parts(sum(summands[1:], start=summands[0]), parts)

    def _check_names(self, what: str, value: Any, *, all_of_them: bool) -> None:
        if not isinstance(value, Mapping):
            return
        names = self.weights
        if unknown := [str(name) for name in value if name not in names]:
            raise LossmithError(f"{what} has a key {listed(unknown)}; the parts are {listed(list(names))}")
        if all_of_them and (missing := [name for name in names if name not in value]):
            raise LossmithError(f"{what} has no key {listed(missing)}; one for each part is expected, or one for all")


def sum_of(**terms: tuple[float, Part]) -> SumOf:
    """The weighted sum of several losses, with its parts beside it.

    Args:
        **terms: by the name of the part, its weight and a configured loss (or any function of prediction and target).
            A part of weight 0 is reported and adds no gradient.

    Example:
        >>> import torch, lossmith as lm
        >>> compound = lm.sum_of(mse=(1.0, lm.MSE()), mae=(0.1, lm.MAE()))
        >>> prediction = torch.tensor([1.0, 3.0], requires_grad=True)
        >>> value = compound(prediction, torch.zeros(2))
        >>> value.backward()
        >>> value.log("train/")
        {'train/total': 5.199999809265137, 'train/mse': 5.0, 'train/mae': 2.0}
    """
    for name, term in terms.items():
        if not isinstance(term, tuple | list) or len(term) != 2:
            raise LossmithError(f"{name} is {written(term)}; a weight and a loss are expected: {name}=(1.0, lm.MSE())")
    return SumOf(tuple((name, weight, part) for name, (weight, part) in terms.items()))


def _number(value: Result) -> float:
    return value.item() if isinstance(value, Tensor) else float(value)


def _concerns(name: str, part: Part, value: Any) -> bool:
    return name in value if isinstance(value, Mapping) else isinstance(part, Loss)


def _own(name: str, value: Any) -> Any:
    return value[name] if isinstance(value, Mapping) else value
