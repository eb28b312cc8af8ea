"""Value and slopes of a formula as functions of numbers that Numba compiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Expr, Number, Symbol

from lossmith.formula.emit import scalar
from lossmith.formula.emit.source import Printer, spelled_in
from lossmith.formula.terms import Expression, Word

# Those that lossmith.kernels.cpu.single and double have; the functions are found by the file that is generated.
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
_RESERVED = {"bits", "constants", "constants_of", "double", "f", "i", "np", "number", "parameters", "select"}


def scalar_functions(
    results: Mapping[str, Sequence[Expression]],
    formula_arguments: Mapping[Symbol, Expression],
    arguments: Sequence[Symbol],
    parameters: Sequence[str],
    constants_of: str,
) -> str:
    """The source of functions of numbers, and of the one that makes their last argument of the hyper-parameters.

    Args:
        results: what each function returns, by its name.
        formula_arguments: the symbols that the results are written in, each with what it stands for.
        arguments: of the functions, before the constants.
        parameters: the names of the hyper-parameters, whose values that function is given in this order.
        constants_of: its name.

    Raises:
        KeyError: Numba's kernels lack a word.
    """
    texts, parameters, constants = scalar.scalar_functions(results, formula_arguments, arguments, parameters, _DIALECT)
    in_double = _DoublePrinter()
    lines = ["@word", f"def {constants_of}(parameters):"]
    lines += [f"    {name} = parameters[{i}]" for i, name in enumerate(parameters)]
    lines += [f"    {symbol} = {in_double.constant(e)}" for e, symbol in constants.items()]
    # a tuple needs an item for its type to be known
    lines += [f"    return ({' '.join(f'f({symbol}),' for symbol in constants.values()) or 'f(0.0),'})"]
    return "\n\n\n".join(["\n".join(lines), *texts]) + "\n"


def condition_function(name: str, condition: Expression, arguments: Sequence[Symbol]) -> str:
    """The source of ``<name>(*arguments)``, a condition without hyper-parameters."""
    printed = _DIALECT.printer.doprint(spelled_in(_WORDS, condition))
    return f"@word\ndef {name}({', '.join(a.name for a in arguments)}):\n    return {printed}\n"


class _ScalarPrinter(Printer):
    """Every number in the kernel's own precision: of a float32 and a Python number Numba makes a float64."""

    def _print_Integer(self, number: Number) -> str:
        return f"f({float(number)!r})"

    _print_Zero = _print_One = _print_NegativeOne = _print_Integer

    def _print_Float(self, number: Number) -> str:
        return f"f({super()._print_Float(number)})"

    def _print_Rational(self, number: Number) -> str:
        return f"f({super()._print_Rational(number)})"

    _print_Half = _print_Rational

    def _print_Infinity(self, _: Number) -> str:
        return "f(np.inf)"

    def _print_Pow(self, e: Expression, rational: bool = False) -> str:
        exponent = int(e.exp)
        factor = self._print(e.base)
        power = "*".join([f"({factor})"] * abs(exponent)) if abs(exponent) <= 4 else f"({factor})**{abs(exponent)}"
        return f"({power})" if exponent > 0 else f"(f(1.0)/({power}))"


class _DoublePrinter(Printer):
    """Words of the module ``double``."""

    def constant(self, e: Expression) -> str:
        """A number, 1 or 0 of a condition."""
        return str(self.doprint(e)) if isinstance(e, Expr) else f"1.0 if {self.doprint(e)} else 0.0"

    def _print_word(self, word: Word, arguments: Sequence[Any]) -> str:
        called = super()._print_word(word, arguments)
        return called if word.name == "abs" else f"double.{called}"  # Python's own serves every precision

    def _print_Integer(self, number: Number) -> str:
        return repr(float(number))

    _print_Zero = _print_One = _print_NegativeOne = _print_Integer


_DIALECT = scalar.Dialect(
    words=frozenset(_WORDS),
    reserved=frozenset(_WORDS | _RESERVED),
    printer=_ScalarPrinter(),
    decorator="@word",
    opening="",
    constant="constants[{i}]",
    result="f({})",
    select="select",
)
