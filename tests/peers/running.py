"""The calls of the records, run: value and gradient, a peer's and ours."""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import lossmith as lm
from peers.record import Difference, Peer, with_no_reduction

Names = dict[str, Any]
OURS: Names = {"lm": lm, "F": torch.nn.functional, "functional_call": torch.func.functional_call}
Answer = tuple[Tensor, Tensor | None]  # value and gradient, where there is one


@contextmanager
def installed(peer: Peer) -> Iterator[Names]:
    """The names that the peer's calls speak of. A test is skipped where the peer is not installed."""
    if importlib.util.find_spec(peer.package) is None:
        assert "CI" not in os.environ, f"CI must compare with {peer.title}: the extra 'peers' installs it"
        pytest.skip(f"{peer.title} is not installed")
    names: Names = {}
    with warnings.catch_warnings():
        for message, category in peer.warnings:
            warnings.filterwarnings("ignore", message, category)
        if peer.names is None:
            exec(peer.imports, names)
        else:
            names |= peer.names()
        with peer.context(names):
            yield names


def theirs(peer: Peer, call: str, names: Names, inputs: dict[str, Tensor], each: bool = False) -> Answer:
    """Value and gradient of the peer's call, or of its elements."""
    if peer.arrays == "numpy":
        return _of_numpy(peer, call, names, inputs, each)
    if each and peer.unreduced is not None:
        call = peer.unreduced(call)
    return (_of_jax if peer.arrays == "jax" else _of_torch)(call, names, inputs)


def ours(call: str, inputs: dict[str, Tensor], each: bool = False) -> Answer:
    """Value and gradient of a call of Lossmith, or of its elements."""
    if each:
        head, found, _ = call.partition(", normalizer=")  # the last of its options; of elements there is no mean
        call = with_no_reduction(f"{head})" if found else call)
    return _of_torch(call, OURS, inputs)


def _of_torch(call: str, names: Names, inputs: dict[str, Tensor]) -> Answer:
    name, *_ = inputs
    prediction = inputs[name].clone().requires_grad_()
    value = eval(call, {"torch": torch, **names, **inputs, name: prediction})
    (gradient,) = torch.autograd.grad(value, prediction, _upstream(value))
    return value.detach(), gradient


def _of_jax(call: str, names: Names, inputs: dict[str, Tensor]) -> Answer:
    import jax

    name, *_ = inputs
    arrays = {n: jax.numpy.asarray(v.numpy()) for n, v in inputs.items()}
    value, backward = jax.vjp(lambda prediction: eval(call, {**names, **arrays, name: prediction}), arrays[name])
    (gradient,) = backward(jax.numpy.asarray(_upstream(_tensor(value)).numpy()))
    return _tensor(value), _tensor(gradient)


def _of_numpy(peer: Peer, call: str, names: Names, inputs: dict[str, Tensor], each: bool) -> Answer:
    names = names | {n: v.numpy() for n, v in inputs.items()}
    if not each or peer.unreduced is None:
        return _tensor(eval(call, names)), None
    value = _tensor(eval(peer.unreduced(call), names))
    if peer.slope is None:
        return value, None
    slope, upstream = _tensor(eval(peer.slope(call), names)), _upstream(value)
    return value, slope * upstream.reshape(upstream.shape + (1,) * (slope.dim() - value.dim()))


def _tensor(array: Any) -> Tensor:
    return torch.from_numpy(np.array(array))


def _upstream(value: Tensor) -> Tensor:
    """An upstream gradient that is not even, so that none can be mixed up with another."""
    even = torch.linspace(0.5, 2, max(value.numel(), 1), dtype=value.dtype).reshape(value.shape)
    return even if value.dim() else torch.ones_like(value)


def answers(peer: Peer, difference: Difference, names: Names) -> tuple[str, str]:
    """The peer's and ours: six digits, or the name of the error."""
    setting: Names = {"torch": torch, "lm": lm, **names}
    exec(peer.setting, setting)
    return _answer(difference.theirs, setting), _answer(difference.ours, setting)


def _answer(call: str, names: Names) -> str:
    try:
        with warnings.catch_warnings(action="ignore"):
            return f"{float(eval(call, names)):.6g}"
    except (ValueError, RuntimeError, TypeError, IndexError) as error:
        return type(error).__name__
