"""From a lifted formula to the functions that the programs call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
import triton
import triton.language as tl
from sympy import Integer, Symbol
from torch import Tensor

from lossmith.formula.derive import Formula
from lossmith.formula.emit.triton import scalar_functions
from lossmith.formula.lift import Lift
from lossmith.kernels.cache import module_of
from lossmith.kernels.gpu.programs import words

REAL: dict[torch.dtype, Any] = {torch.float32: tl.float32, torch.float64: tl.float64}
MAP_ARGUMENTS = ("x", "log_prior", "log_rarity", "t")  # of a map of the scores before the softmax

_HEAD = '''"""{title}: functions that Lossmith generated from the formula

    {formula}

for its kernels on a GPU. They are made anew when they are missing."""

import triton
import triton.language as tl

from lossmith.kernels.gpu.programs.words import *


{functions}
'''


@dataclass(frozen=True, eq=False)
class Functions:
    """What a program calls.

    Attributes:
        module: with the functions.
        constants: on the device, float64: what the functions need of the hyper-parameters.
    """

    module: ModuleType
    constants: Tensor


Constants = Callable[[Sequence[float]], list[float]]


def functions_of(made: tuple[ModuleType, Constants], parameters: Sequence[float], device: torch.device) -> Functions:
    """The functions with their constants, once a loss."""
    module, constants_of = made
    # a tensor needs an item to have an address
    return Functions(module, torch.tensor(constants_of(parameters) or [0.0], dtype=torch.float64, device=device))


@cache
def pointwise_functions(lift: Lift, title: str) -> tuple[ModuleType, Constants]:
    """Of a formula of an element's predictions and target.

    Raises:
        KeyError: the formula has a word that kernels lack.
        OSError: no file can be written.
    """
    text, constants = _formula(lift)
    return _module(title, "pointwise", str(lift.value), [text, _at(lift.predictions)]), constants


@cache
def row_functions(lift: Lift, title: str) -> tuple[ModuleType, Constants]:
    """Of a formula of (log p, 1 − p, logsumexp).

    Raises:
        KeyError: the formula has a word that kernels lack.
        OSError: no file can be written.
    """
    text, constants = _formula(lift)
    return _module(title, "row", str(lift.value), [text]), constants


@cache
def map_functions(formula: Formula, title: str) -> tuple[ModuleType, Constants]:
    """Of a map of the scores, a formula of some of the arguments in MAP_ARGUMENTS.

    Raises:
        KeyError: the formula has a word that kernels lack.
        OSError: no file can be written.
    """
    arguments = [Symbol(f"{name}_", real=True) for name in MAP_ARGUMENTS]
    given = dict(zip(MAP_ARGUMENTS, arguments, strict=True))
    stands_for = {a: given[a.name] for a in formula.arguments}
    score = next((i for i, e in enumerate(stands_for.values()) if e == arguments[0]), None)
    slope = Integer(1) if score is None else formula.derivative((score,))
    results = {"map_of": [formula.expression], "map_slope_of": [slope]}
    text, constants = scalar_functions(results, stands_for, arguments, formula.parameters)
    return _module(title, "map", str(formula.expression), [text]), constants


def _formula(lift: Lift) -> tuple[str, Constants]:
    results = {"value_of": [lift.value], "slopes_of": [lift.value, *lift.slopes]}
    return scalar_functions(results, lift.formula_arguments, lift.arguments, lift.formula.parameters)


def _at(predictions: int) -> str:
    """Functions of the elements ``i`` of an array: of shape (n,) or, where an element has several, (n, k)."""
    places = [f"i * {predictions} + {k}" if predictions > 1 else "i" for k in range(predictions)]
    read = [f"    x_{k} = tl.load(x + {at}, mask=inside, other=0).to(target.dtype)" for k, at in enumerate(places)]
    given = ", ".join(f"x_{k}" for k in range(predictions))
    slopes = ", ".join(f"slope_{k}" for k in range(predictions))
    lines = ["@triton.jit", "def value_at(x, i, inside, target, constants):", *read]
    lines += [f"    return value_of({given}, target, constants)", "", "", "@triton.jit"]
    lines += ["def write_at(x, i, inside, target, constants, push, gradient):", *read]
    lines += [f"    value, {slopes} = slopes_of({given}, target, constants)"]
    for k, at in enumerate(places):
        # what counts for nothing above has no slope, not even a NaN
        lines.append(f"    slope_{k} = tl.where(push == 0, push, slope_{k} * push)")
        lines.append(f"    tl.store(gradient + {at}, slope_{k}.to(gradient.dtype.element_ty), mask=inside)")
    return "\n".join([*lines, "    return value"])


def _module(title: str, kind: str, formula: str, functions: Sequence[str]) -> ModuleType:
    text = _HEAD.format(title=title, formula=formula, functions="\n\n".join(functions))
    return module_of(text, f"{title}_{kind}_triton", _made_with())


@cache
def _made_with() -> str:
    return Path(str(words.__file__)).read_text("utf-8") + str(triton.__version__)
