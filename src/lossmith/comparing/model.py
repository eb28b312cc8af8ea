"""The network that every loss trains: the default, and what is asked of another."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from lossmith.errors import ParameterError, ShapeError

Inputs = int | tuple[int, ...]
Factory = Callable[[Inputs, int], nn.Module]

_WIDTH = 128


def mlp(inputs: Inputs, outputs: int) -> nn.Module:
    """The default network: two hidden layers of 128 with SiLU; an input of several axes is laid out flat.

    Args:
        inputs: the number of features, or the shape of a row.
        outputs: how many scores a row gets.
    """
    flat = [] if isinstance(inputs, int) else [nn.Flatten()]
    size = inputs if isinstance(inputs, int) else math.prod(inputs)
    return nn.Sequential(
        *flat,
        nn.Linear(size, _WIDTH),
        nn.SiLU(),
        nn.Linear(_WIDTH, _WIDTH),
        nn.SiLU(),
        nn.Linear(_WIDTH, outputs),
    )


def check_factory(factory: Factory) -> None:
    """A module is no factory: every training needs a fresh start."""
    if isinstance(factory, nn.Module) or not callable(factory):
        raise ParameterError(
            f"model={type(factory).__name__}(…) is not a factory. Each training starts afresh: give a function that "
            "builds the network, model=lambda inputs, outputs: MyNetwork(inputs, outputs)."
        )


@contextmanager
def isolated(seed: int) -> Iterator[None]:
    """A seeded random state, one thread (sums do not depend on the machine's cores), float32 and gradients.

    A worker of another process knows nothing of what the caller has set; here the caller's comes back.
    """
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float32)
    try:
        with torch.random.fork_rng(devices=[]), torch.inference_mode(False):  # which allows gradients too
            torch.default_generator.manual_seed(seed)
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_num_threads(threads)


def scores_of(model: nn.Module, features: Tensor, outputs: int) -> Tensor:
    """The scores of some rows: (N,) for one output, else (N, outputs); a ``ShapeError`` where they are others."""
    scores = model(features)
    if not isinstance(scores, Tensor):
        raise ShapeError(f"The model gave a {type(scores).__name__}; compare needs one tensor of scores.")
    expected = (len(features), outputs)
    if scores.shape != expected and not (outputs == 1 and scores.shape == expected[:1]):
        raise ShapeError(
            f"The model gave {tuple(scores.shape)} for {len(features)} rows; compare needs {outputs} "
            f"{'score' if outputs == 1 else 'scores'} a row: {expected}."
        )
    return scores.reshape(-1) if outputs == 1 else scores


def outer_weights(model: nn.Module) -> tuple[nn.Parameter, nn.Parameter]:
    """The weights of the first and of the last layer (of one layer, the same twice)."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    weights = [p for p in parameters if p.dim() > 1] or parameters
    if not weights:
        raise ParameterError(f"The model {type(model).__name__} has no parameter to train.")
    return weights[0], weights[-1]


def start_of(factory: Factory, inputs: Inputs, outputs: int) -> str:
    """A fingerprint of the network and its first weights, which tells one factory from another."""
    with isolated(seed=0):
        model, other = factory(inputs, outputs), factory(inputs, outputs)
    if {*map(id, model.parameters())} & {*map(id, other.parameters())}:
        raise ParameterError(
            "model gives the same network each time, which would go on from where the loss before it ended: build it "
            "inside the function, model=lambda inputs, outputs: MyNetwork(inputs, outputs)."
        )
    if any(isinstance(parameter, UninitializedParameter) for parameter in model.parameters()):
        raise ParameterError(
            f"{type(model).__name__} has a lazy layer, whose start is not known before it has seen data: give its "
            f"size, which model(inputs, outputs) is told (here {inputs} and {outputs})."
        )
    digest = hashlib.sha256(repr(model).encode())
    for name, value in model.state_dict().items():
        digest.update(f"{name}{value.dtype}{tuple(value.shape)}".encode())
        digest.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()[:16]
