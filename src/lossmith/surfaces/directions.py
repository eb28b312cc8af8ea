"""Directions in the space of the parameters, by which a surface is cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from lossmith.errors import ParameterError, ShapeError
from lossmith.surfaces.objective import Objective
from lossmith.surfaces.parameters import Parameters, combined, dot, norm, unit
from lossmith.wording import listed

_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
_PARALLEL = 1e-6  # how little of a direction is left beside another one, when it is the same but for rounding


def random(objective: Objective, dimensions: int, seed: int) -> tuple[Parameters, ...]:
    """Random directions with filter normalisation (Li et al., 2018, *Visualizing the loss landscape of neural nets*).

    Each filter of a direction (a row of a linear layer, what makes one channel of a convolution) is drawn from a normal
    distribution and scaled to the length of the network's own. Biases and norms stay as they are. So a network of
    ReLUs whose layers are rescaled without a change of its function has the same surface.
    """
    generator = torch.Generator().manual_seed(seed)
    layouts = dict(_layouts(objective.model))
    directions = tuple(
        {
            name: _drawn(value, layouts[name], generator) if name in layouts else torch.zeros_like(value)
            for name, value in objective.parameters.items()
        }
        for _ in range(dimensions)
    )
    if norm(directions[0]) == 0:
        raise ParameterError(
            "no trainable parameter has filters other than 0 (biases, norms and vectors have none), so that a random "
            "direction leads nowhere; give your own: directions=[{'name': tensor}]"
        )
    return directions


class _Layout:
    """Where the filters of a parameter are: its shape with groups apart, and the axes inside of one filter."""

    def __init__(self, module: nn.Module, shape: tuple[int, ...]) -> None:
        if isinstance(module, nn.modules.conv._ConvTransposeNd):  # its first axis is the channels that come in
            self.shape = (module.groups, shape[0] // module.groups, *shape[1:])
            self.inside = (1, *range(3, len(self.shape)))
        else:
            self.shape = shape
            self.inside = tuple(range(1, len(shape)))


def _layouts(model: nn.Module) -> list[tuple[str, _Layout]]:
    """Of all parameters that have filters."""
    return [
        (f"{prefix}.{name}" if prefix else name, _Layout(module, tuple(value.shape)))
        for prefix, module in model.named_modules()
        if not isinstance(module, _NORMS)
        for name, value in module.named_parameters(recurse=False)
        if value.dim() > 1 and not name.startswith("bias")
    ]


def _drawn(value: Tensor, layout: _Layout, generator: torch.Generator) -> Tensor:
    """A random direction for one parameter: in float64, so that it is the same for a network in any precision."""
    noise = torch.randn(layout.shape, generator=generator, dtype=torch.float64).to(value.device)
    wanted, drawn = (
        torch.linalg.vector_norm(each, dim=layout.inside, keepdim=True)
        for each in (value.double().reshape(layout.shape), noise)
    )
    direction: Tensor = noise * (wanted / drawn)
    return direction.reshape(value.shape).to(value.dtype)


def gradient(objective: Objective, dimensions: int) -> tuple[Parameters, ...]:
    """The gradient g and, at a right angle to it, Hg: the plane of the first two steps of gradient descent.

    Both have length 1, so that a coordinate is a distance.
    """
    slope = objective.gradient(objective.parameters)
    if norm(slope) == 0:
        raise ParameterError("the gradient is 0 here, so that it is no direction; write directions='random'")
    first = unit(slope)
    if dimensions == 1:
        return (first,)
    turned = objective.hessian(objective.parameters)(first)
    beside = combined([turned, first], [1.0, -dot(turned, first)])
    if norm(beside) <= _PARALLEL * norm(turned):
        raise ParameterError(
            "the gradient keeps its direction along itself, so that it spans a line, no plane; write dimensions=1"
        )
    return first, unit(beside)


def own(objective: Objective, given: Sequence[Mapping[str, Tensor]]) -> tuple[Parameters, ...]:
    """The user's: a tensor for each name of a parameter; a parameter that is not named stays as it is."""
    if len(given) not in (1, 2):
        raise ParameterError(f"directions: {len(given)} were given; one makes a line, two make a plane")
    return tuple(_completed(objective.parameters, direction) for direction in given)


def _completed(parameters: Parameters, given: Mapping[str, Tensor]) -> Parameters:
    if unknown := [name for name in given if name not in parameters]:
        raise ParameterError(
            f"a direction names {listed(unknown)}; the trainable parameters are {listed([*parameters])}"
        )
    direction = {name: torch.as_tensor(given.get(name, torch.zeros_like(value))) for name, value in parameters.items()}
    for name, value in parameters.items():
        if direction[name].shape != value.shape:
            raise ShapeError(
                f"the direction of {name} has shape {tuple(direction[name].shape)}; "
                f"the parameter has {tuple(value.shape)}"
            )
    direction = {name: direction[name].detach().to(value) for name, value in parameters.items()}
    if not 0 < norm(direction) < float("inf"):
        raise ParameterError("a direction is 0 everywhere, or not finite; it has to lead somewhere")
    return direction
