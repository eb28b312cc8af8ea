"""A formula lifted to what a kernel reads: predictions and a target, with the slopes by the predictions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lossmith.formula.derive import Formula
from lossmith.formula.terms import Condition, Expression, Term, expression_of, undistributed


@dataclass(frozen=True)
class Lift:
    """Hashable, so that a kernel is made once of it; two lifts are equal where all their parts are the same.

    Args:
        formula: of its own arguments.
        inner: these arguments from the predictions of an element and then its targets: (s − t,) of a residual.
        illegal: of one prediction and one target, where either is none that the loss reads, or may be none.
        predictions: how many an element has.
        targets: how many numbers stand for its target.
    """

    formula: Formula
    inner: Callable[..., tuple[Any, ...]]
    illegal: Callable[[Term, Term], Condition | bool]
    predictions: int = 1
    targets: int = 1

    @cached_property
    def arguments(self) -> tuple[Expression, ...]:
        """The symbols of the predictions and then of the targets."""
        return (*_symbols("prediction", self.predictions), *_symbols("target", self.targets))

    @cached_property
    def formula_arguments(self) -> dict[Expression, Expression]:
        """Each argument of the formula with what it stands for."""
        with undistributed():
            stand_for = map(expression_of, self.inner(*map(Term, self.arguments)))
            return dict(zip(self.formula.arguments, stand_for, strict=True))

    @cached_property
    def value(self) -> Expression:
        """The loss, of the formula's arguments."""
        return self.formula.expression

    @cached_property
    def slopes(self) -> tuple[Expression, ...]:
        """By each prediction, of the formula's arguments and where the chain rule asks for it the lift's own."""
        import sympy

        def slope(prediction: Expression) -> Expression:
            total = sympy.Integer(0)
            for i, stands_for in enumerate(self.formula_arguments.values()):
                factor = stands_for.diff(prediction)
                total = total + self.formula.derivative((i,)) * factor if factor != 0 else total
            return total

        with undistributed():
            return tuple(slope(prediction) for prediction in self.arguments[: self.predictions])

    @cached_property
    def is_illegal(self) -> Expression:
        """The condition ``illegal``, of the symbols ``pair``."""
        import sympy

        condition = self.illegal(*map(Term, self.pair))
        return condition.expression if isinstance(condition, Condition) else sympy.sympify(condition)

    @cached_property
    def reads_all(self) -> bool:
        """Whether no number is illegal."""
        import sympy

        return self.is_illegal is sympy.false

    @cached_property
    def pair(self) -> tuple[Expression, ...]:
        """One prediction and one target."""
        return (*_symbols("prediction", 1), *_symbols("target", 1))


def _symbols(name: str, count: int) -> tuple[Expression, ...]:
    """No formula calls its arguments so."""
    import sympy

    return tuple(sympy.Symbol(f"{name}_{k}_", real=True) for k in range(count))


def tuple_of(*arguments: Any) -> tuple[Any, ...]:
    """The ``inner`` of a formula whose arguments are the predictions and targets themselves."""
    return arguments
