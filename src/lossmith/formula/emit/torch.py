"""The words as torch has them. Arguments are tensors; hyper-parameters and constants may be Python numbers."""

import math
from collections.abc import Callable
from typing import Any

import torch

from lossmith.formula.emit.target import Target


def _either(of_tensor: Callable[..., torch.Tensor], of_number: Callable[[float], float]) -> Callable[[Any], Any]:
    return lambda x: of_tensor(x) if isinstance(x, torch.Tensor) else of_number(x)


def _where(condition: Any, a: Any, b: Any, like: torch.Tensor) -> Any:
    if isinstance(condition, bool):  # a comparison of hyper-parameters alone
        return a if condition else b
    if not isinstance(a, torch.Tensor) and not isinstance(b, torch.Tensor):
        a = torch.full_like(like, a)  # two Python numbers would come out in torch's default dtype
    return torch.where(condition, a, b)


def _times(weight: Any, value: Any, like: torch.Tensor) -> Any:
    return _where(weight == 0, 0.0, weight * value, like)


def _minus(a: Any, b: Any, like: torch.Tensor) -> Any:
    return _where(a == math.inf, math.inf, a - b, like)


def _power(base: Any, exponent: Any) -> Any:
    return torch.pow(base, exponent) if isinstance(base, torch.Tensor) else base**exponent


def trigamma(x: torch.Tensor) -> torch.Tensor:
    """Hurwitz's zeta function at 2: torch's own polygamma is right to ten digits only."""
    two = torch.full((), 2.0, dtype=x.dtype, device=x.device)
    value: torch.Tensor = torch.special.zeta(two, x)
    return value


TORCH = Target(
    name="torch",
    words={
        "abs": _either(torch.abs, abs),
        "arctan": _either(torch.arctan, math.atan),
        "digamma": torch.digamma,
        "erf": _either(torch.erf, math.erf),
        "exp": _either(torch.exp, math.exp),
        "expm1": _either(torch.expm1, math.expm1),
        "lgamma": _either(torch.lgamma, math.lgamma),
        "log": _either(torch.log, math.log),
        "log1p": _either(torch.log1p, math.log1p),
        "minus": _minus,
        "power": _power,
        "cos": _either(torch.cos, math.cos),
        "sin": _either(torch.sin, math.sin),
        "sign": _either(torch.sign, lambda x: math.copysign(1.0, x) if x else 0.0),
        "sqrt": _either(torch.sqrt, math.sqrt),
        "tanh": _either(torch.tanh, math.tanh),
        "times": _times,
        "trigamma": trigamma,
        "where": _where,
    },
    is_nan=torch.isnan,
)
