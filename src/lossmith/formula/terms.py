"""What a formula is made of while it is traced: terms, conditions, and the words that combine them.

A :class:`Term` stands for a number that is not known yet. Arithmetic on terms builds a SymPy expression; everything
that would need the number itself (``if``, ``==``, ``float``, a function of torch or NumPy) is refused with the remedy.
SymPy is imported at the first trace, never by ``import lossmith``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from lossmith.errors import DefinitionError

Expression = Any  # a sympy.Expr; SymPy ships no types


class Term:
    """A number of a formula, known only when the loss is called."""

    __slots__ = ("expression",)
    __hash__ = None  # type: ignore[assignment]  # equality is refused, so there is nothing to hash

    def __init__(self, value: Term | float) -> None:
        self.expression = expression_of(value)

    def __add__(self, other: Term | float) -> Term:
        return Term(self.expression + expression_of(other))

    def __sub__(self, other: Term | float) -> Term:
        return Term(self.expression - expression_of(other))

    def __mul__(self, other: Term | float) -> Term:
        return Term(self.expression * expression_of(other))

    def __truediv__(self, other: Term | float) -> Term:
        return Term(self.expression / expression_of(other))

    def __radd__(self, other: Term | float) -> Term:
        return Term(other) + self

    def __rsub__(self, other: Term | float) -> Term:
        return Term(other) - self

    def __rmul__(self, other: Term | float) -> Term:
        return Term(other) * self

    def __rtruediv__(self, other: Term | float) -> Term:
        return Term(other) / self

    def __neg__(self) -> Term:
        return Term(-self.expression)

    def __pos__(self) -> Term:
        return self

    def __pow__(self, exponent: Term | float) -> Term:
        if isinstance(exponent, int) and not isinstance(exponent, bool):
            return Term(self.expression**exponent)
        from lossmith.formula.words import power  # the alphabet is written in terms

        return power(self, exponent)

    def __rpow__(self, base: float) -> Term:
        return Term(base) ** self

    def __abs__(self) -> Term:
        from lossmith.formula.words import absolute

        return absolute(self)

    def __lt__(self, other: Term | float) -> Condition:
        return Condition(self.expression < expression_of(other))

    def __le__(self, other: Term | float) -> Condition:
        return Condition(self.expression <= expression_of(other))

    def __gt__(self, other: Term | float) -> Condition:
        return Condition(self.expression > expression_of(other))

    def __ge__(self, other: Term | float) -> Condition:
        return Condition(self.expression >= expression_of(other))

    def __eq__(self, other: object) -> NoReturn:
        raise DefinitionError(f"'{self} == …' is not known while the formula is traced; write where(condition, a, b)")

    def __ne__(self, other: object) -> NoReturn:
        raise DefinitionError(f"'{self} != …' is not known while the formula is traced; write where(condition, a, b)")

    def __bool__(self) -> NoReturn:
        raise DefinitionError(f"whether '{self}' is true is not known while the formula is traced; write where(…)")

    def __float__(self) -> NoReturn:
        raise DefinitionError(f"'{self}' has no number while the formula is traced; {_words_there_are()}")

    def __round__(self, digits: int = 0) -> NoReturn:
        _refuse_steps("round")

    def __floor__(self) -> NoReturn:
        _refuse_steps("floor")

    def __ceil__(self) -> NoReturn:
        _refuse_steps("ceil")

    def __floordiv__(self, other: object) -> NoReturn:
        _refuse_steps("//")

    def __mod__(self, other: object) -> NoReturn:
        _refuse_steps("%")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise DefinitionError(f"'{self}.{name}' is not in the language of formulas; {_words_there_are()}")

    @classmethod
    def __torch_function__(cls, function: Any, *_: Any) -> NoReturn:
        raise DefinitionError(f"torch's {function.__name__} cannot be traced; {_words_there_are()}")

    def __array_ufunc__(self, ufunc: Any, *_: Any, **__: Any) -> NoReturn:
        raise DefinitionError(f"NumPy's {ufunc.__name__} cannot be traced; {_words_there_are()}")

    def __repr__(self) -> str:
        return str(self.expression)


class Condition:
    """A comparison of two terms, for ``where``. Combine conditions with ``&`` and ``|``."""

    __slots__ = ("expression",)

    def __init__(self, expression: Expression) -> None:
        self.expression = expression

    def __and__(self, other: Condition) -> Condition:
        return Condition(self.expression & other.expression)

    def __or__(self, other: Condition) -> Condition:
        return Condition(self.expression | other.expression)

    def __bool__(self) -> NoReturn:
        raise DefinitionError(
            f"whether '{self.expression}' holds is not known while the formula is traced, so it can stand in no 'if', "
            "'and', 'or', 'min', 'max' nor in a chain 'a < x < b'; write where(condition, a, b), with (a < x) & (x < b)"
        )


@dataclass(frozen=True)
class Word:
    """A function of the language: its slopes and its stable evaluation, said once for every target.

    Args:
        name: how formulas, printers and messages call it.
        slopes: one function an argument, giving the derivative by that argument in words.
        stable: the evaluation in simpler words, for targets that lack this one; ``None``: every target has it.
        textbook: the definition that LaTeX shows, from SymPy expressions; ``None``: its name.
        chain: the whole derivative, from the arguments and their derivatives, where slope times inner slope
            would make NaN of 0·∞.
        simplify: the value where it is plain from the arguments (``None``: leave the word standing).
    """

    name: str
    slopes: tuple[Callable[..., Term], ...] = ()
    stable: Callable[..., Term] | None = None
    textbook: Callable[..., Expression] | None = None
    chain: Callable[[tuple[Any, ...], tuple[Any, ...]], Term] | None = None
    simplify: Callable[..., Expression | None] = lambda *_: None

    def __call__(self, *arguments: Term | Condition | float) -> Term:
        """The word applied to terms or numbers."""
        return Term(sympy_function(self)(*(expression_of(a) for a in arguments)))


@contextmanager
def undistributed() -> Iterator[None]:
    """SymPy without automatic distribution: ``0.1*(s − t)`` expanded costs half the digits of float32."""
    from sympy.core.parameters import distribute

    with distribute(False):
        yield


def expression_of(value: Term | Condition | float) -> Expression:
    """The SymPy expression of a term, a condition or a Python number."""
    import sympy

    if isinstance(value, Term | Condition):
        return value.expression
    if isinstance(value, bool) or not isinstance(value, int | float | sympy.Expr):
        raise DefinitionError(f"{value!r} ({type(value).__name__}) is no number; a formula takes terms, int and float")
    return sympy.sympify(value)


@functools.cache
def sympy_function(word: Word) -> Any:
    """The SymPy function that stands for a word: opaque, so that SymPy cannot rewrite what was made stable."""
    import sympy

    def derivative(self: Any, symbol: Any) -> Expression:
        inner = tuple(a.diff(symbol) if isinstance(a, sympy.Expr) else None for a in self.args)
        if word.chain is not None:
            return expression_of(word.chain(_wrap(self.args), _wrap(inner)))
        if not word.slopes:
            raise DefinitionError(f"'{word.name}' is not differentiable: no slope of it is known")
        terms = _wrap(self.args)
        return sum(
            (expression_of(slope(*terms)) * d for slope, d in zip(word.slopes, inner, strict=True) if d != 0),
            start=sympy.Integer(0),
        )

    members = {
        "word": word,
        "is_extended_real": True,
        "eval": classmethod(lambda cls, *arguments: word.simplify(*arguments)),
        "_should_evalf": classmethod(lambda cls, argument: -1),  # a Float argument must not trigger mpmath
        "_eval_derivative": derivative,
    }
    return type(word.name, (sympy.Function,), members)


def _wrap(expressions: tuple[Any, ...]) -> tuple[Any, ...]:
    import sympy

    return tuple(e if e is None else Term(e) if isinstance(e, sympy.Expr) else Condition(e) for e in expressions)


def _words_there_are() -> str:
    from lossmith import formula

    return f"the words are {', '.join(formula.__all__)}: from lossmith.formula import …"


def _refuse_steps(name: str) -> NoReturn:
    raise DefinitionError(
        f"'{name}' is not differentiable: its slope is 0 wherever it has one, so nothing can be learned"
    )
