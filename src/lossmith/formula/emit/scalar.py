"""Value and slopes of a formula as the source of scalar functions, for kernels that a compiler makes of them.

What depends on hyper-parameters alone is taken out: it is computed once, in double precision, so ``1 − α`` keeps its
digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, Mul, Symbol, cse

from lossmith.formula.emit.source import Printer, passes_nan_on, spelled_in
from lossmith.formula.terms import Expression, undistributed


@dataclass(frozen=True)
class Dialect:
    """How a compiler's language writes a function.

    Args:
        words: those that it has; the functions are found by the file that is generated.
        reserved: names that no symbol may have.
        printer: of expressions.
        decorator: of a function.
        opening: its first line, of the name of its first argument; or nothing.
        constant: how the number ``i`` is taken out of the constants.
        result: how the text of a result becomes one.
        select: the name of ``where`` that takes numbers of one type.
    """

    words: frozenset[str]
    reserved: frozenset[str]
    printer: Printer
    decorator: str
    opening: str
    constant: str
    result: str
    select: str


def scalar_functions(
    results: Mapping[str, Sequence[Expression]],
    formula_arguments: Mapping[Symbol, Expression],
    arguments: Sequence[Symbol],
    parameters: Sequence[str],
    dialect: Dialect,
) -> tuple[list[str], Sequence[str], dict[Expression, Symbol]]:
    """The sources of functions of numbers and, last, the constants; the hyper-parameters' names; the constants.

    Args:
        results: what each function returns, by its name.
        formula_arguments: the symbols that the results are written in, each with what it stands for.
        arguments: of the functions, before the constants.
        parameters: the names of the hyper-parameters.
        dialect: of the functions.

    Raises:
        KeyError: the dialect lacks a word.
    """
    results, formula_arguments, parameters = _renamed(results, formula_arguments, parameters, dialect.reserved)
    every = [*formula_arguments.values(), *(e for several in results.values() for e in several)]
    with undistributed():
        hoist = _Hoist({s for e in every for s in e.free_symbols if s.name in parameters})
        write = _Writer(formula_arguments, arguments, dialect, hoist)
        texts = [write.function(name, several) for name, several in results.items()]
    taken = "\n".join(
        f"    {symbol} = {dialect.constant.format(i=i)}" for i, symbol in enumerate(hoist.constants.values())
    )
    texts = [text.replace(_CONSTANTS, taken or "    # no hyper-parameters") for text in texts]
    return texts, parameters, hoist.constants


def _renamed(results: Any, formula_arguments: Any, parameters: Any, reserved: frozenset[str]) -> Any:
    """A formula may call its arguments and hyper-parameters what it likes, also ``f`` or ``exp``."""

    def new(symbol: Symbol) -> Symbol:
        return Symbol(f"{symbol.name}_", **symbol.assumptions0) if symbol.name in reserved else symbol

    every = [*formula_arguments, *(e for several in results.values() for e in several)]
    symbols = {s for e in every for s in e.free_symbols}
    swap = {s: new(s) for s in symbols if new(s) != s}
    return (
        {name: [e.xreplace(swap) for e in several] for name, several in results.items()},
        {symbol.xreplace(swap): e for symbol, e in formula_arguments.items()},
        [f"{name}_" if name in reserved else name for name in parameters],
    )


_CONSTANTS = "    # constants"


@dataclass(frozen=True)
class _Writer:
    formula_arguments: Mapping[Symbol, Expression]
    arguments: Sequence[Symbol]
    dialect: Dialect
    hoist: _Hoist

    def function(self, name: str, results: Sequence[Expression]) -> str:
        """The source of one function; its constants are written when all functions are."""
        dialect, show = self.dialect, self.dialect.printer.doprint
        results = [self._prepared(e) for e in results]
        inner = [(symbol, self._prepared(e)) for symbol, e in self.formula_arguments.items() if symbol != e]
        steps, values = cse(results, order="none")
        names = [a.name for a in self.arguments]
        lines = [dialect.decorator, f"def {name}({', '.join([*names, 'constants'])}):"]
        lines += [f"    {dialect.opening.format(names[0])}"] if dialect.opening else []
        lines += [_CONSTANTS]
        lines += [f"    {symbol} = {show(e)}" for symbol, e in [*inner, *steps]]
        for number, (value, whole) in enumerate(zip(values, results, strict=True)):
            lines.append(f"    result_{number} = {dialect.result.format(show(value))}")
            for symbol in self.formula_arguments:
                if not passes_nan_on(whole, symbol):
                    kept = f"{dialect.select}({symbol} == {symbol}, result_{number}, {symbol})"
                    lines.append(f"    result_{number} = {kept}")
        lines.append(f"    return {', '.join(f'result_{n}' for n in range(len(results)))}")
        return "\n".join(lines)

    def _prepared(self, e: Expression) -> Expression:
        return self.hoist(spelled_in(self.dialect.words, e))


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
