"""From a method of a loss to its formula, traced once for all losses that differ in scalar fields only."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import torch

from lossmith.fields import scalars
from lossmith.formula.derive import Formula
from lossmith.kernels.dispatch import at_compile_time

if TYPE_CHECKING:
    from lossmith.loss import Loss


def traced(loss: Loss, method: str) -> Formula:
    """The formula that ``method`` writes; kept beside the fields."""
    # each by itself, as a compiler does not see what a dictionary gets once it has read it
    kept = f"_traced_{method}"
    if torch.compiler.is_compiling():
        _prepare(loss, method)
    elif kept not in loss.__dict__:
        _find(loss, method)
    formula: Formula = getattr(loss, kept)
    return formula


def _find(loss: Loss, method: str) -> Formula:
    structure = {f.name: getattr(loss, f.name) for f in dataclasses.fields(loss) if f.name not in scalars(type(loss))}
    off = tuple(name for name, allowed in scalars(type(loss)).items() if getattr(loss, name) == allowed.off)
    formula = _trace(type(loss), method, tuple(structure.items()), off)
    object.__setattr__(loss, f"_traced_{method}", formula)
    return formula


@functools.cache
def _trace(cls: type[Loss], method: str, structure: tuple[tuple[str, Any], ...], off: tuple[str, ...]) -> Formula:
    """One formula a class and structure; hyper-parameters are its symbols, so a new ``delta`` traces nothing again.

    Those that are ``off`` are written as their number instead, and so drop out of the expression.
    """
    import sympy

    from lossmith.formula.terms import Term
    from lossmith.formula.trace import trace

    symbolic = object.__new__(cls)
    for name, value in structure:
        object.__setattr__(symbolic, name, value)
    for name in off:
        object.__setattr__(symbolic, name, Term(sympy.nsimplify(scalars(cls)[name].off)))
    parameters = tuple(name for name in scalars(cls) if name not in off)
    for name in parameters:
        above_0 = True if scalars(cls)[name].is_above_0 else None
        object.__setattr__(symbolic, name, Term(sympy.Symbol(name, real=True, positive=above_0)))
    return trace(getattr(cls, method), symbolic, parameters)


@at_compile_time
def _prepare(loss: Loss, method: str) -> bool:
    """Trace and emit while a compiler looks away: it must find the functions, not watch SymPy make them."""
    _find(loss, method).prepare()
    return True
