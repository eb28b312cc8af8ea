"""Hyper-parameters: numbers with the range that they may take, said in the annotation of the field."""

from __future__ import annotations

import dataclasses
import functools
import math
import typing
from dataclasses import dataclass
from numbers import Integral
from numbers import Real as RealNumber
from typing import Annotated, Any

from lossmith.errors import DefinitionError, ParameterError


@dataclass(frozen=True)
class Range:
    """The interval of a hyper-parameter.

    Args:
        low: lower bound.
        high: upper bound.
        open: leave the bounds themselves out.
        off: the value at which the hyper-parameter has no effect, so that a shown formula leaves it out. It may lie
            outside of the bounds.
    """

    low: float = -math.inf
    high: float = math.inf
    open: bool = False
    off: float | None = None

    def __contains__(self, value: float) -> bool:
        inside = self.low < value < self.high if self.open else self.low <= value <= self.high
        return inside or value == self.off

    @property
    def is_above_0(self) -> bool:
        """Whether each value is above 0 that is not off."""
        return self.low > 0 or (self.low == 0 and (self.open or self.off == 0))

    def __str__(self) -> str:
        left, right = "()" if self.open else "[]"
        outside = self.off is not None and self.off not in Range(self.low, self.high, self.open)
        return f"{left}{self.low:g}, {self.high:g}{right}" + (f" or {self.off:g}" if outside else "")


Real = Annotated[float, Range()]
Positive = Annotated[float, Range(0, math.inf, open=True)]
NonNegative = Annotated[float, Range(0, math.inf)]
Switchable = Annotated[float, Range(0, math.inf, off=0.0)]  # 0 switches it off
Factor = Annotated[float, Range(0, math.inf, open=True, off=1.0)]
Exponent = Annotated[float, Range(0, math.inf, off=0.0)]  # of a factor that is 1 at 0
Smoothing = Annotated[float, Range(0, 1, off=0.0)]  # a share of each label; 0 and 1 included
Level = Annotated[float, Range(0, 1, open=True)]  # of a quantile: 0 and 1 left out


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    """The annotations of its fields; to read their text takes longer than to make a loss."""
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise DefinitionError(
            f"{cls.__module__}.{cls.__qualname__}: {error}, so the type of a field is not known; import what its "
            "annotations name at the top of the file"
        ) from None


@functools.cache
def scalars(cls: type) -> dict[str, Range]:
    """The fields that are numbers, which a formula sees as symbols. All others change the formula's structure."""
    found, hints = {}, _hints(cls)
    for field in dataclasses.fields(cls):
        hint = hints[field.name]
        base, *extras = typing.get_args(hint) if typing.get_origin(hint) is Annotated else (hint,)
        if base is float:
            found[field.name] = next((e for e in extras if isinstance(e, Range)), Range())
    return found


def check_fields(loss: Any) -> None:
    """Make each scalar field a float inside its range, each whole one an int; hold ``Literal`` and ``bool`` to choices.

    Raises:
        ParameterError: a field holds something else; the message names the loss, the field and what it may be.
    """
    cls: type = type(loss)
    for name, allowed in scalars(cls).items():
        value = getattr(loss, name)
        if isinstance(value, bool) or not isinstance(value, RealNumber):
            raise ParameterError(
                f"{type(loss).__name__}({name}={value!r}): a number in {allowed} is expected, "
                f"not {type(value).__name__}"
            )
        if not math.isfinite(float(value)) or float(value) not in allowed:
            raise ParameterError(f"{type(loss).__name__}({name}={value!r}): a number in {allowed} is expected")
        object.__setattr__(loss, name, float(value))
    hints = _hints(cls)
    for field in dataclasses.fields(loss):
        value, hint = getattr(loss, field.name), hints[field.name]
        given = f"{type(loss).__name__}({field.name}={value!r})"
        base, *extras = typing.get_args(hint) if typing.get_origin(hint) is Annotated else (hint,)
        if hint is bool or typing.get_origin(hint) is typing.Literal:
            choices = typing.get_args(hint) or (True, False)
            if value not in choices or (hint is bool and not isinstance(value, bool)):
                raise ParameterError(f"{given}: one of {', '.join(map(repr, choices))} is expected")
        elif base is int:
            whole = next((e for e in extras if isinstance(e, Range)), Range())
            if isinstance(value, bool) or not isinstance(value, Integral) or int(value) not in whole:
                raise ParameterError(f"{given}: a whole number in {whole} is expected")
            object.__setattr__(loss, field.name, int(value))


def written(value: Any) -> str:
    """A field's value as it is written: a function by its name."""
    return f"{value.__module__}.{value.__qualname__}" if hasattr(value, "__qualname__") else repr(value)
