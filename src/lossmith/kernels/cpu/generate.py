"""From a lifted formula to a module of kernels: the head with the formula, then the loop of a template."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Literal

import torch
from sympy import Integer, Symbol

from lossmith.formula.derive import Formula
from lossmith.formula.emit.numba import condition_function, scalar_functions
from lossmith.formula.lift import Lift
from lossmith.kernels.cache import module_of
from lossmith.kernels.cpu import bits, double, single, streaming, team
from lossmith.kernels.cpu.pointwise import BLOCK

Given = Literal["scores", "probabilities", "log_probabilities"]

RULE = f"# {'-' * 118}\n"
MAP_ARGUMENTS = ("x", "log_prior", "log_rarity", "t")  # of a map of the scores before the softmax
WORDS = {torch.float32: "single", torch.float64: "double"}

_HEAD = '''"""{title}: a kernel that Lossmith generated from the formula

    {formula}

It is made anew when it is missing."""

import numpy as np
from numba import njit
from typing import Any

from lossmith.kernels.cpu import double
from lossmith.kernels.cpu.bits import (
    array_at, destination, number, part_of, plus, row_of, select, stored_as, vector_loops, word
)
from lossmith.kernels.cpu.streaming import end_of_stream, fetch, stream
from lossmith.kernels.cpu.{words} import *
from lossmith.kernels.cpu.{words} import f
from lossmith.kernels.cpu.team import run_on_team

BLOCK = {block}
kernel = njit(cache=True, nogil=True, no_cfunc_wrapper=True, error_model="numpy", fastmath={{"contract", "nsz"}})


{functions}
'''

_BY_TEAM = """

@kernel
def by_team(parallel, threads, ranges, blocks, *arguments):
    run_on_team({loop}, parallel, threads, ranges, blocks, arguments)
"""


@cache
def pointwise_module(lift: Lift, dtype: torch.dtype, title: str) -> ModuleType:
    """The kernels of a formula of an element's prediction and target, computed in ``dtype``.

    Raises:
        KeyError: the formula has a word that kernels lack.
        OSError: no file can be written.
    """
    return _module(("pointwise",), title, lift, [_formula(lift), _at(lift.predictions), _legality(lift)], dtype)


@cache
def rowwise_module(template: str, lift: Lift, score_map: Formula | None, dtype: torch.dtype, title: str) -> ModuleType:
    """The kernels of a formula of (log p, 1 − p, lse).

    Args:
        template: ``"labelled"``, ``"labelled_few"`` or ``"spread_out"``.
        lift: the formula, and what a target may be.
        score_map: of some of the arguments in MAP_ARGUMENTS.
        dtype: what is computed in.
        title: of the file.

    Raises:
        KeyError: the formula has a word that kernels lack.
        OSError: no file can be written.
    """
    functions = [_formula(lift), _score_map(score_map), _legality(lift)]
    templates = ("presence", template) if template == "labelled_few" else ("presence", "softmax", template)
    return _module(templates, title, lift, functions, dtype)


@cache
def classwise_module(lift: Lift, given: Given, target_given: Given, dtype: torch.dtype, title: str) -> ModuleType:
    """The kernels of a sum over classes: of a formula of one class's prediction and target.

    Args:
        lift: the formula, and what a prediction or target may be.
        given: what a prediction is, ``"scores"``, ``"probabilities"`` or ``"log_probabilities"``.
        target_given: what a target is.
        dtype: what is computed in.
        title: of the file.

    Raises:
        KeyError: the formula has a word that kernels lack.
        OSError: no file can be written.
    """
    sums = [
        f"@word\ndef {name}(x):\n    return {'exp(x)' if what == 'log_probabilities' else 'x'}\n"
        for name, what in (("probability_of_prediction", given), ("probability_of_target", target_given))
    ]
    return _module(("presence", "classwise"), title, lift, [_formula(lift), *sums, _legality(lift)], dtype)


@cache
def divergence_module(lift: Lift, dtype: torch.dtype, title: str) -> ModuleType:
    """The kernels of a formula of (p, log p) of the prediction and (t, log t) of the target, from scores.

    Raises:
        KeyError: the formula has a word that kernels lack.
        OSError: no file can be written.
    """
    return _module(
        ("presence", "softmax", "divergence"), title, lift, [_formula(lift), _NO_MAP, _legality(lift)], dtype
    )


def _at(predictions: int) -> str:
    """Functions of the element ``i`` of an array: of shape (n,) or, where it has several predictions, (n, k)."""
    places = ["i"] if predictions == 1 else [f"i, {k}" for k in range(predictions)]
    read = ", ".join(f"f(number(x[{place}]))" for place in places)
    slopes = ", ".join(f"slope_{k}" for k in range(predictions))
    lines = ["@word", "def value_at(x, i, target, constants):", f"    return value_of({read}, target, constants)"]
    lines += ["", "", "@word", "def write_at(x, i, target, constants, push, may_be_absent, slopes):"]
    lines += [f"    value, {slopes} = slopes_of({read}, target, constants)"]
    for k, place in enumerate(places):
        lines.append(f"    slope_{k} = slope_{k} * push")
        lines.append(f"    slope_{k} = select(may_be_absent & (push == f(0.0)), f(0.0), slope_{k})")
        lines.append(f"    slopes[{place}] = stored_as(slopes, slope_{k})")
    lines += ["    return value", "", "", "@word", "def first_at(x, i):", f"    return f(number(x[{places[0]}]))"]
    return "\n".join(lines) + "\n"


def _formula(lift: Lift) -> str:
    results = {"value_of": [lift.value], "slopes_of": [lift.value, *lift.slopes]}
    return scalar_functions(results, lift.formula_arguments, lift.arguments, lift.formula.parameters, "constants_of")


def _legality(lift: Lift) -> str:
    return condition_function("is_wrong", lift.is_illegal, lift.pair)


_NO_MAP = "@word\ndef map_of(x, log_prior, log_rarity, t, constants):\n    return x\n"


def _score_map(formula: Formula | None) -> str:
    arguments = [Symbol(f"{name}_", real=True) for name in MAP_ARGUMENTS]
    given = dict(zip(MAP_ARGUMENTS, arguments, strict=True))
    stands_for = {} if formula is None else {a: given[a.name] for a in formula.arguments}
    score = next((a for a, e in stands_for.items() if e == arguments[0]), None)
    value = arguments[0] if formula is None else formula.expression
    slope = Integer(1) if formula is None or score is None else formula.derivative((list(stands_for).index(score),))
    parameters = () if formula is None else formula.parameters
    results = {"map_of": [value], "map_slope_of": [slope]}
    return scalar_functions(results, stands_for, arguments, parameters, "map_constants_of")


def _module(
    templates: Sequence[str], title: str, lift: Lift, functions: Sequence[str], dtype: torch.dtype
) -> ModuleType:
    words = WORDS[dtype]
    head = _HEAD.format(title=title, formula=lift.value, words=words, block=BLOCK, functions="\n\n".join(functions))
    loop = templates[-1]
    source = head + "".join(map(_loop, templates)) + _BY_TEAM.format(loop=loop.removesuffix("_few"))
    return module_of(source, f"{title}_{loop}_{words}", _made_with())


@cache
def _made_with() -> str:
    import llvmlite
    import numba

    sources = [Path(str(module.__file__)).read_text("utf-8") for module in (bits, single, double, streaming, team)]
    return "".join([*sources, numba.__version__, llvmlite.__version__, sys.version])


@cache
def _loop(template: str) -> str:
    text = resources.files("lossmith.kernels.cpu.templates").joinpath(f"{template}.py").read_text("utf-8")
    return text.partition(RULE)[2]
