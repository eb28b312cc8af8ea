"""The layers of a model and their norms: what is read of parameters and gradients, in few calls of torch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from lossmith.watching.history import Floats, Layers

Parameters = dict[str, list[nn.Parameter]]


def parameters_of(model: nn.Module, order: Mapping[str, int]) -> Parameters:
    """The parameters of each module that holds some itself, in the order of the modules' first calls.

    A module that is never called by itself stands with the one that holds it; a parameter that is shared, with the
    first that does. What is frozen is there too: it has a norm, and no gradient.
    """
    found: Parameters = {}
    for name, parameter in model.named_parameters():
        if not is_lazy(parameter):
            found.setdefault(name.rpartition(".")[0] or "model", []).append(parameter)

    def place(name: str) -> int:
        while name not in order and "." in name:
            name = name.rpartition(".")[0]
        return order.get(name, len(order))

    return {name: found[name] for name in sorted(found, key=place)}


def described(parameters: Parameters) -> Layers:
    """The same in plain words."""
    return Layers(
        tuple(parameters),
        tuple(sum(p.numel() for p in each) for each in parameters.values()),
        tuple(any(p.dim() > 1 for p in each) for each in parameters.values()),
    )


def norms(tensors: Sequence[Tensor]) -> list[float]:
    """The norm of each."""
    if not tensors:
        return []
    plain = [_dense(tensor.detach()) for tensor in tensors]
    found = torch._foreach_norm(plain)  # one call for all, where a loop costs more than the norms
    return torch.stack([norm.to(plain[0].device, torch.float64) for norm in found]).tolist()


def by_layer(parameters: Parameters, each: Mapping[int, float]) -> Floats:
    """From a norm for each parameter, by its identity, to one for each layer; NaN where no parameter has one."""
    known = [[each[id(p)] for p in group if id(p) in each] for group in parameters.values()]
    return np.array([math.hypot(*found) if found else math.nan for found in known], dtype=np.float64)


def _dense(tensor: Tensor) -> Tensor:
    """What a norm can be taken of: a sparse gradient's own numbers, and half precision where its squares fit."""
    values = tensor.coalesce().values() if tensor.is_sparse else tensor
    return values.float() if values.dtype in (torch.float16, torch.bfloat16) else values


def shares(part: Floats, whole: Floats) -> Floats:
    """Part by whole; infinite where there was nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(part / whole)
