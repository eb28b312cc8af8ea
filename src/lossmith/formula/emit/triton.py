"""Value and slopes of a formula as functions of blocks of numbers, in Triton's language; float32 and float64 alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sympy import Expr, Number, Symbol

from lossmith.formula.emit import scalar
from lossmith.formula.emit.numpy import NUMPY
from lossmith.formula.emit.source import Printer, function_of, spelled_in
from lossmith.formula.terms import Expression

# Those of lossmith.kernels.gpu.programs.words
_WORDS = {
    "abs",
    "arctan",
    "cos",
    "erf",
    "exp",
    "expm1",
    "lgamma",
    "log",
    "log1p",
    "minus",
    "power",
    "sign",
    "sin",
    "softplus",
    "sqrt",
    "tanh",
    "times",
    "where",
}
_RESERVED = {"constants", "float", "real", "tl", "triton"}


def scalar_functions(
    results: Mapping[str, Sequence[Expression]],
    formula_arguments: Mapping[Symbol, Expression],
    arguments: Sequence[Symbol],
    parameters: Sequence[str],
) -> tuple[str, Callable[[Sequence[float]], list[float]]]:
    """The source of functions of numbers, and what computes their constants of the hyper-parameters.

    Args:
        results: what each function returns, by its name.
        formula_arguments: the symbols that the results are written in, each with what it stands for.
        arguments: of the functions, before the pointer to the constants.
        parameters: the names of the hyper-parameters, whose values are given in this order.

    Raises:
        KeyError: Triton's kernels lack a word.
    """
    texts, parameters, constants = scalar.scalar_functions(results, formula_arguments, arguments, parameters, _DIALECT)
    functions = [_in_double(e, parameters) for e in constants]
    return "\n\n\n".join(texts) + "\n", lambda values: [of(*map(np.float64, values)) for of in functions]


def _in_double(constant: Expression, parameters: Sequence[str]) -> Callable[..., float]:
    """Of hyper-parameters alone: a number, or 1 where a condition of them holds and 0 where not."""
    if isinstance(constant, Expr):
        of = function_of(constant, (), parameters, NUMPY)
        return lambda *values: float(of(*values))
    printed = Printer().doprint(spelled_in((), constant))
    code = compile(printed, "<condition>", "eval")
    return lambda *values: float(eval(code, {}, dict(zip(parameters, values, strict=True))))


class _BlockPrinter(Printer):
    """Every number in the precision of the arguments: two plain ones would meet in float32."""

    def _number(self, text: str) -> str:
        return f"tl.full((), {text}, real)"

    def _print_Integer(self, number: Number) -> str:
        return self._number(repr(float(number)))

    _print_Zero = _print_One = _print_NegativeOne = _print_Integer

    def _print_Float(self, number: Number) -> str:
        return self._number(super()._print_Float(number))

    def _print_Rational(self, number: Number) -> str:
        return self._number(super()._print_Rational(number))

    _print_Half = _print_Rational

    def _print_Infinity(self, _: Number) -> str:
        return self._number('float("inf")')

    def _print_Pow(self, e: Expression, rational: bool = False) -> str:
        exponent = int(e.exp)
        power = " * ".join([f"({self._print(e.base)})"] * abs(exponent))
        return f"({power})" if exponent > 0 else f"({self._number('1.0')} / ({power}))"


_DIALECT = scalar.Dialect(
    words=frozenset(_WORDS),
    reserved=frozenset(_WORDS | _RESERVED),
    printer=_BlockPrinter(),
    decorator="@triton.jit",
    opening="real: tl.constexpr = {}.dtype",
    constant="tl.load(constants + {i}).to(real)",
    result="{}",
    select="tl.where",
)
