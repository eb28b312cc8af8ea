"""Expressions as a textbook has them: LaTeX for pages, Unicode for the terminal. For reading, never for computing."""

from __future__ import annotations

from sympy import latex as sympy_latex
from sympy import pretty as sympy_pretty
from sympy.printing.latex import tex_greek_dictionary
from sympy.printing.pretty.pretty_symbology import greek_letters

from lossmith.formula.terms import Expression, Word

GREEK = {*greek_letters, *(name.lower() for name in tex_greek_dictionary)}


def latex(expression: Expression) -> str:
    r"""LaTeX of the textbook definition: ``\frac{r^{2}}{2}``."""
    names = {symbol: _latex_name(symbol.name) for symbol in expression.free_symbols}
    return str(sympy_latex(_of_logarithms(textbook(expression)), symbol_names=names))


def pretty(expression: Expression) -> str:
    """The textbook definition over several lines of Unicode."""
    return str(sympy_pretty(_of_logarithms(textbook(expression)), use_unicode=True, num_columns=76))


def _of_logarithms(expression: Expression) -> Expression:
    """``exp(q·log_p)`` as p^q."""
    from sympy import Mul, Symbol, exp

    for logarithm in [s for s in expression.free_symbols if s.name.startswith("log_")]:
        plain = Symbol(logarithm.name.removeprefix("log_"), real=True)

        def power(a: Expression, logarithm: Expression = logarithm, plain: Expression = plain) -> Expression:
            return plain ** (a / logarithm) if logarithm in Mul.make_args(a) else exp(a)

        expression = expression.replace(exp, power)
    return expression


def _latex_name(name: str) -> str:
    if name.startswith("log_"):
        return rf"\log {name.removeprefix('log_')}"
    if len(name) == 1 or name in GREEK:
        return name if len(name) == 1 else rf"\{name}"
    return rf"\mathrm{{{name}}}".replace("_", r"\_")


def textbook(expression: Expression) -> Expression:
    """The expression with SymPy's standard functions in the place of our stable words."""
    if not expression.args:
        return expression
    arguments = [textbook(a) for a in expression.args]
    word: Word | None = getattr(expression, "word", None)
    return expression.func(*arguments) if word is None or word.textbook is None else word.textbook(*arguments)
