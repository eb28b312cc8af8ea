"""A model of the user's: called with its inputs, and left as it was whatever is tried with it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn


def run(model: Callable[..., Any], inputs: Any) -> Any:
    """Call the model with its inputs: one, a tuple of several, or a dict of named ones."""
    if isinstance(inputs, Mapping):
        return model(**inputs)
    return model(*inputs) if isinstance(inputs, tuple) else model(inputs)


@contextmanager
def untouched(model: Any) -> Iterator[None]:
    """Give back parameters, buffers, gradients, training modes and the state of all generators of random numbers."""
    modules = list(model.modules()) if isinstance(model, nn.Module) else []
    tensors = [*model.parameters(), *model.buffers()] if modules else []
    kept = [tensor.detach().clone() for tensor in tensors]
    gradients = [tensor.grad for tensor in tensors]
    modes = [module.training for module in modules]
    generators = random.getstate(), np.random.get_state()
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    try:
        with torch.random.fork_rng(devices=devices):
            for tensor in tensors:
                tensor.grad = None
            yield
    finally:
        random.setstate(generators[0])
        np.random.set_state(generators[1])
        with torch.no_grad():
            for tensor, value, gradient in zip(tensors, kept, gradients, strict=True):
                if not torch.equal(tensor, value):
                    tensor.copy_(value)
                tensor.grad = gradient
        for module, mode in zip(modules, modes, strict=True):
            module.training = mode
