"""The words as NumPy has them; the special functions, which it lacks, are torch's."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from lossmith.formula.emit.target import Target
from lossmith.formula.emit.torch import trigamma


def _from_torch(function: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Any], Any]:
    return lambda x: function(torch.as_tensor(np.asarray(x))).numpy()


def _either(of_array: Callable[..., Any]) -> Callable[..., Any]:
    """Of hyper-parameters alone a Python number: one of NumPy's would raise float32 to float64."""

    def either(*arguments: Any) -> Any:
        value = of_array(*arguments)
        return value.item() if all(isinstance(x, float | int) for x in arguments) else value

    return either


def _where(condition: Any, a: Any, b: Any, like: Any) -> Any:
    if isinstance(condition, bool):  # a comparison of hyper-parameters alone
        return a if condition else b
    return np.where(condition, like.dtype.type(a) if isinstance(a, float | int) else a, b)


_WORDS: dict[str, Callable[..., Any]] = {
    "abs": _either(np.abs),
    "arctan": _either(np.arctan),
    "digamma": _from_torch(torch.digamma),
    "erf": _from_torch(torch.erf),
    "exp": _either(np.exp),
    "expm1": _either(np.expm1),
    "lgamma": _from_torch(torch.lgamma),
    "log": _either(np.log),
    "log1p": _either(np.log1p),
    "minus": lambda a, b, like: _where(np.equal(a, np.inf), np.inf, a - b, like),
    "power": _either(np.power),
    "cos": _either(np.cos),
    "sin": _either(np.sin),
    "sign": _either(np.sign),
    "sqrt": _either(np.sqrt),
    "tanh": _either(np.tanh),
    "times": lambda weight, value, like: _where(np.equal(weight, 0), 0.0, weight * value, like),
    "trigamma": _from_torch(trigamma),
    "where": _where,
}
NUMPY = Target(
    name="numpy",
    words=_WORDS,
    is_nan=np.isnan,
    # the branch that is not taken may overflow: no cause for a warning
    finish=np.errstate(all="ignore"),
)
