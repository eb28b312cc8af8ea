"""Run a formula once on symbols: the expression it writes down, or an error that names the line and the remedy."""

from __future__ import annotations

import difflib
import inspect
import traceback
from collections.abc import Callable, Sequence

from lossmith.errors import DefinitionError
from lossmith.formula import __all__ as WORDS
from lossmith.formula.derive import Formula
from lossmith.formula.terms import Expression, Term, expression_of, undistributed


def argument_names(function: Callable[..., object]) -> tuple[str, ...]:
    """The names that a formula gives to its arguments, ``self`` left out: ``("r",)`` of ``def formula(self, r)``."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    for parameter in parameters:
        if parameter.kind not in kinds or parameter.default is not parameter.empty:
            raise DefinitionError(
                f"{_place(function)}: '{parameter}' in the formula's signature; a formula takes plain arguments, "
                "and a constant is a field of the class: 'delta: Positive = 1.0'"
            )
    return tuple(p.name for p in parameters)


def trace(function: Callable[..., object], loss: object, parameters: Sequence[str]) -> Formula:
    """Trace ``function(loss, *arguments)``.

    Args:
        function: the formula, as the class defines it (unbound).
        loss: what it sees as ``self``: an object whose ``parameters`` are terms of the same names.
        parameters: the names of the hyper-parameters that are symbols.

    Raises:
        DefinitionError: the formula leaves the language, returns nothing, or has no slope to learn from.
    """
    import sympy

    names = argument_names(function)
    if clash := set(names) & set(parameters):
        raise DefinitionError(
            f"{_place(function)}: '{clash.pop()}' is both an argument and a field; rename one of them"
        )
    arguments = tuple(sympy.Symbol(n, real=True) for n in names)
    with undistributed():
        expression = _run(function, loss, arguments)
        formula = Formula(expression, arguments, tuple(parameters))
        try:
            slopes = [formula.derivative((i,)) for i in range(len(arguments))]
        except DefinitionError as error:
            raise DefinitionError(f"{_place(function)}: {error}") from None
    if all(s == 0 for s in slopes):
        raise DefinitionError(
            f"{_place(function)}: the formula's slope is 0 everywhere, so it is not differentiable in any way that "
            "trains a model; write a surrogate, such as softplus for a step"
        )
    return formula


def _run(function: Callable[..., object], loss: object, arguments: tuple[Expression, ...]) -> Expression:
    try:
        result = function(loss, *(Term(a) for a in arguments))
    except NameError as error:
        near = difflib.get_close_matches(str(error.name), WORDS, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise DefinitionError(
            f"{_place(function, error)}: {error}{hint} The words are {', '.join(WORDS)}: from lossmith.formula import …"
        ) from error
    except (DefinitionError, TypeError, AttributeError, ValueError) as error:
        raise DefinitionError(f"{_place(function, error)}: {error}") from error
    if not isinstance(result, Term | int | float):
        raise DefinitionError(f"{_place(function)}: the formula returns {result!r}; it must return the loss, a term")
    return expression_of(result)


def _place(function: Callable[..., object], error: BaseException | None = None) -> str:
    """The file and line to look at: where the error left the formula's own file, else where the formula begins."""
    code = inspect.unwrap(function).__code__
    line = code.co_firstlineno
    for frame in traceback.extract_tb(error.__traceback__) if error is not None else ():
        if frame.filename == code.co_filename and frame.lineno is not None:
            line = frame.lineno
    return f"{code.co_filename}:{line}, in {function.__qualname__}"
