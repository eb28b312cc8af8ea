"""Expressions as Python source over the words of a target: shared subexpressions once, NaN kept, dtype kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sympy import Function, Number, Symbol, cse
from sympy.core.relational import Relational
from sympy.printing.pycode import PythonCodePrinter

from lossmith.formula.emit.target import Target
from lossmith.formula.terms import Expression, Term, Word, expression_of, undistributed

# These can give a number where an argument is NaN; every other word and all arithmetic pass a NaN on.
SWALLOW_NAN = {"where", "times", "minus", "sign"}
TYPED = {"where", "times", "minus"}  # take a last argument that tells the dtype


def function_of(
    expression: Expression, arguments: Sequence[Symbol], parameters: Sequence[str], target: Target
) -> Callable[..., Any]:
    """``f(*arguments, *parameters)`` of one expression.

    A NaN in any argument gives NaN, and the value has the arguments' shape even where the expression is constant.
    """
    with undistributed():
        spelled = spelled_in(target.words, expression)
        assignments, (result,) = cse([spelled], order="none")
    names = [*(s.name for s in arguments), *parameters]
    printer = _ArrayPrinter(like=names[0])
    lines = [f"def emitted({', '.join(names)}):"]
    lines += [f"    {name} = {printer.doprint(value)}" for name, value in assignments]
    lines += [f"    value = {printer.doprint(result)}"]
    unguarded = [s.name for s in arguments if not passes_nan_on(spelled, s)]
    lines += [f"    value = where(is_nan({name}), {name}, value, {names[0]})" for name in unguarded]
    lines += ["    return value"]
    namespace: dict[str, Any] = {**target.words, "is_nan": target.is_nan}
    exec("\n".join(lines), namespace)
    return target.finish(namespace["emitted"])


def spelled_in(words: Collection[str], expression: Expression) -> Expression:
    """The expression in these words alone.

    Raises:
        KeyError: a word is none of them, and cannot be spelled.
    """
    return _spell(expression, words, {})


def _spell(expression: Expression, words: Collection[str], spelled: dict[Expression, Expression]) -> Expression:
    """``spelled`` keeps what occurs more than once."""
    if not expression.args:
        return expression
    if expression not in spelled:
        arguments = [_spell(a, words, spelled) for a in expression.args]
        word: Word | None = getattr(expression, "word", None)
        if word is None or word.name in words:
            is_same = all(new is old for new, old in zip(arguments, expression.args, strict=True))
            spelled[expression] = expression if is_same else expression.func(*arguments)
        elif word.stable is None:
            raise KeyError(word.name)
        else:
            spelled[expression] = _spell(expression_of(word.stable(*map(Term, arguments))), words, spelled)
    return spelled[expression]


def passes_nan_on(expression: Expression, symbol: Symbol) -> bool:
    """Whether the expression is NaN wherever the symbol is."""
    if expression == symbol:
        return True
    if isinstance(expression, Function) and expression.word.name in SWALLOW_NAN:
        return False
    return any(passes_nan_on(a, symbol) for a in expression.args)


class Printer(PythonCodePrinter):  # type: ignore[misc]  # SymPy ships no types
    """SymPy's own Python printer, which already knows the precedence of arithmetic; words are calls."""

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": False})

    def _print(self, expression: Any, **settings: Any) -> str:
        word: Word | None = getattr(expression, "word", None)
        # before SymPy's printer sees the name: it has ideas of its own about sign, abs and sqrt
        return str(super()._print(expression, **settings)) if word is None else self._print_word(word, expression.args)

    def _print_word(self, word: Word, arguments: Sequence[Any]) -> str:
        return f"{word.name}({', '.join(map(self._print, arguments))})"

    def _print_Relational(self, relation: Relational) -> str:
        return f"({self._print(relation.lhs)} {relation.rel_op} {self._print(relation.rhs)})"

    def _print_And(self, condition: Any) -> str:
        return f"({' & '.join(self._print(a) for a in condition.args)})"

    def _print_Or(self, condition: Any) -> str:
        return f"({' | '.join(self._print(a) for a in condition.args)})"

    def _print_Float(self, number: Number) -> str:
        return repr(float(number))

    def _print_Rational(self, number: Number) -> str:
        return repr(int(number.p) / int(number.q))


class _ArrayPrinter(Printer):
    def __init__(self, like: str) -> None:
        super().__init__()
        self.like = like

    def _print_word(self, word: Word, arguments: Sequence[Any]) -> str:
        typed = [self.like] if word.name in TYPED else []
        return f"{word.name}({', '.join([*map(self._print, arguments), *typed])})"
