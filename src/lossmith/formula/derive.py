"""What follows from an expression: its derivatives of any order, and each of them as a function of torch or NumPy."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lossmith.formula.terms import Expression, undistributed

if TYPE_CHECKING:
    import torch

    from lossmith.formula.emit.target import Target

Which = tuple[int, ...]  # by which arguments a formula is differentiated, in turn: () is the value, (0, 0) a curvature


class Formula:
    """A traced formula. Everything else about it is derived, at first use, and kept.

    Args:
        expression: of the arguments and parameters, in words.
        arguments: the symbols of the arguments, in order.
        parameters: the names of the hyper-parameters that are symbols in it, in order.
    """

    def __init__(
        self, expression: Expression, arguments: tuple[Expression, ...], parameters: tuple[str, ...] = ()
    ) -> None:
        self.expression = expression
        self.arguments = arguments
        self.parameters = parameters
        self._derivatives: dict[Which, Expression] = {}
        self._promoted: dict[tuple[str, ...], Formula] = {}
        self._affine: dict[tuple[int, tuple[int, ...]], bool] = {}
        self._functions: dict[tuple[str, Which], Callable[..., Any]] = {}

    def with_arguments(self, *names: str) -> Formula:
        """The same formula with these hyper-parameters as further arguments, by which it has derivatives too."""
        if names not in self._promoted:
            symbols = {symbol.name: symbol for symbol in self.expression.free_symbols}
            left = tuple(name for name in self.parameters if name not in names)
            self._promoted[names] = Formula(self.expression, (*self.arguments, *(symbols[n] for n in names)), left)
        return self._promoted[names]

    def derivative(self, which: Which) -> Expression:
        """The expression differentiated by the arguments whose positions ``which`` lists; order does not matter."""
        which = tuple(sorted(which))
        if not which:
            return self.expression
        if which not in self._derivatives:
            with undistributed():
                self._derivatives[which] = self.derivative(which[:-1]).diff(self.arguments[which[-1]])
        return self._derivatives[which]

    def torch(self, which: Which = ()) -> Callable[..., torch.Tensor]:
        """``f(*arguments, *parameters)`` over tensors of one shape and floating dtype."""
        from lossmith.formula.emit.torch import TORCH

        return self._emitted(TORCH, which)

    def numpy(self, which: Which = ()) -> Callable[..., Any]:
        """``f(*arguments, *parameters)`` over NumPy arrays of one shape and floating dtype."""
        from lossmith.formula.emit.numpy import NUMPY

        return self._emitted(NUMPY, which)

    def is_affine_in(self, argument: int, among: Sequence[int]) -> bool:
        """Whether, as a function of the arguments ``among``, it is a constant times one of them plus a constant."""
        key = (argument, tuple(among))
        if key not in self._affine:
            self._affine[key] = self._find_affine(argument, among)
        return self._affine[key]

    def _find_affine(self, argument: int, among: Sequence[int]) -> bool:
        symbols = {self.arguments[i] for i in among}
        if self.derivative((argument,)).free_symbols & symbols:
            return False
        return all(self.derivative((i,)) == 0 for i in among if i != argument)

    def prepare(self) -> None:
        """Emit value, slopes and curvatures for torch now, so that a compiler finds them ready."""
        for order in range(3):
            for which in itertools.combinations_with_replacement(range(len(self.arguments)), order):
                self.torch(which)

    def _emitted(self, target: Target, which: Which) -> Callable[..., Any]:
        key = (target.name, tuple(sorted(which)))
        if key not in self._functions:
            from lossmith.formula.emit.source import function_of

            self._functions[key] = function_of(self.derivative(which), self.arguments, self.parameters, target)
        return self._functions[key]
