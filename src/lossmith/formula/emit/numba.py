"""Value and slopes of a formula as the source of one scalar function, for kernels that a compiler makes of it.

What depends on hyper-parameters alone is computed once a call and in double precision; so ``1 − α`` keeps its digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Add, Expr, Mul, Number, Symbol, cse

from lossmith.formula.emit.source import Printer, passes_nan_on, spelled_in
from lossmith.formula.terms import Expression, Word, undistributed

# Those that lossmith.kernels.cpu.single and double have; the functions are found by the file that is generated.
WORDS = {
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
RESERVED = {*WORDS, "bits", "constants", "constants_of", "double", "f", "i", "np", "number", "parameters", "select"}


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
    results, formula_arguments, parameters = _renamed(results, formula_arguments, parameters)
    every = [*formula_arguments.values(), *(e for several in results.values() for e in several)]
    with undistributed():
        hoist = _Hoist({s for e in every for s in e.free_symbols if s.name in parameters})
        texts = [
            _function(name, [hoist(spelled_in(WORDS, e)) for e in several], formula_arguments, arguments, hoist)
            for name, several in results.items()
        ]
    in_double = _DoublePrinter()
    lines = ["@word", f"def {constants_of}(parameters):"]
    lines += [f"    {name} = parameters[{i}]" for i, name in enumerate(parameters)]
    lines += [f"    {symbol} = {in_double.constant(e)}" for e, symbol in hoist.constants.items()]
    # a tuple needs an item for its type to be known
    lines += [f"    return ({' '.join(f'f({symbol}),' for symbol in hoist.constants.values()) or 'f(0.0),'})"]
    return "\n\n\n".join(["\n".join(lines), *(text.replace(_CONSTANTS, hoist.taken()) for text in texts)]) + "\n"


def condition_function(name: str, condition: Expression, arguments: Sequence[Symbol]) -> str:
    """The source of ``<name>(*arguments)``, a condition without hyper-parameters."""
    printed = _ScalarPrinter().doprint(spelled_in(WORDS, condition))
    return f"@word\ndef {name}({', '.join(a.name for a in arguments)}):\n    return {printed}\n"


def _renamed(results: Any, formula_arguments: Any, parameters: Any) -> Any:
    """A formula may call its arguments and hyper-parameters what it likes, also ``f`` or ``exp``."""

    def new(symbol: Symbol) -> Symbol:
        return Symbol(f"{symbol.name}_", **symbol.assumptions0) if symbol.name in RESERVED else symbol

    every = [*formula_arguments, *(e for several in results.values() for e in several)]
    symbols = {s for e in every for s in e.free_symbols}
    swap = {s: new(s) for s in symbols if new(s) != s}
    return (
        {name: [e.xreplace(swap) for e in several] for name, several in results.items()},
        {symbol.xreplace(swap): e for symbol, e in formula_arguments.items()},
        [f"{name}_" if name in RESERVED else name for name in parameters],
    )


_CONSTANTS = "    # constants"


def _function(
    name: str,
    results: Sequence[Expression],
    formula_arguments: Mapping[Symbol, Expression],
    arguments: Sequence[Symbol],
    hoist: _Hoist,
) -> str:
    inner = [(symbol, hoist(spelled_in(WORDS, e))) for symbol, e in formula_arguments.items() if symbol != e]
    steps, values = cse(results, order="none")
    printer = _ScalarPrinter()
    lines = ["@word", f"def {name}({', '.join([*(a.name for a in arguments), 'constants'])}):", _CONSTANTS]
    lines += [f"    {symbol} = {printer.doprint(e)}" for symbol, e in [*inner, *steps]]
    for number, (value, whole) in enumerate(zip(values, results, strict=True)):
        lines.append(f"    result_{number} = f({printer.doprint(value)})")
        for symbol in formula_arguments:
            if not passes_nan_on(whole, symbol):
                lines.append(f"    result_{number} = select({symbol} == {symbol}, result_{number}, {symbol})")
    lines.append(f"    return {', '.join(f'result_{n}' for n in range(len(results)))}")
    return "\n".join(lines)


class _Hoist:
    """Takes what depends on hyper-parameters alone out of an expression, and gives it a name."""

    def __init__(self, parameters: set[Symbol]) -> None:
        self.parameters = parameters
        self.constants: dict[Expression, Symbol] = {}
        self._known: dict[Expression, Expression] = {}

    def __call__(self, e: Expression) -> Expression:
        if e not in self._known:
            self._known[e] = self._hoisted(e)
        return self._known[e]

    def taken(self) -> str:
        """The lines that take the constants out of their tuple."""
        lines = (f"    {symbol} = constants[{i}]" for i, symbol in enumerate(self.constants.values()))
        return "\n".join(lines) or "    # no hyper-parameters"

    def _hoisted(self, e: Expression) -> Expression:
        if not e.free_symbols & self.parameters:
            return e
        if e.free_symbols <= self.parameters:
            return self._constant(e)
        if not isinstance(e, Add | Mul):
            return e.func(*map(self, e.args))
        fixed = [a for a in e.args if a.free_symbols <= self.parameters]
        moving = [self(a) for a in e.args if not a.free_symbols <= self.parameters]
        return e.func(*([self(e.func(*fixed))] if fixed else []), *moving)

    def _constant(self, e: Expression) -> Expression:
        symbol = self.constants.setdefault(e, Symbol(f"c{len(self.constants)}", real=True))
        return symbol if isinstance(e, Expr) else symbol > 0  # whether a condition of hyper-parameters holds


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
