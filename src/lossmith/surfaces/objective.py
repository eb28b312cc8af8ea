"""The loss of a network over data, as a function of the network's parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vjp

from lossmith.arrays import tensor_of
from lossmith.errors import ParameterError, PredictionError, ShapeError
from lossmith.models import run
from lossmith.surfaces.parameters import Parameters

LossCall = Callable[[Any, Any], Any]
Batch = tuple[Any, Any]  # inputs and target


class Objective:
    """The mean loss over all rows, where the trainable parameters are given and all else is as the model has it.

    The model itself is never written to. Each evaluation begins with its buffers and the state of torch's generators
    as they were when the objective was made, so that dropout and running statistics are the same at every point.

    Args:
        model: the module, in the mode (training, evaluation) in which it is meant.
        loss: Lossmith's, torch's or any callable of the model's output and the target that gives a scalar.
        inputs: of the model: one, a tuple of several or a dict of named ones; tensors or NumPy arrays.
        target: as the loss takes it.
        batch_size: rows at once; all where it is None. The value is the mean of the batches' values, each counted by
            its rows: the loss of all rows where the loss is a mean over rows.

    Raises:
        ParameterError: no module, no trainable parameter, or a batch size below 1.
        ShapeError: tensors of unequal length, where they are to be split into batches.
    """

    def __init__(
        self, model: nn.Module, loss: LossCall, inputs: Any, target: Any, batch_size: int | None = None
    ) -> None:
        if not isinstance(model, nn.Module):
            raise ParameterError(f"model={model!r} has no parameters to vary; give a torch.nn.Module")
        self.model, self.loss = model, loss
        self.parameters: Parameters = {
            name: value.detach()
            for name, value in model.named_parameters()
            if value.requires_grad and value.is_floating_point()
        }
        if not self.parameters:
            raise ParameterError(
                f"{type(model).__name__} has no parameter that requires a gradient, and only these are varied; "
                "write model.requires_grad_(True)"
            )
        self._batches = _batches(_mapped(inputs, _tensor), _mapped(target, _tensor), batch_size)
        self._random = torch.get_rng_state(), torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []

    def value(self, parameters: Parameters) -> float:
        """The loss; NaN where the model gives no numbers and the loss therefore raises."""
        return sum(share * self._number(parameters, batch) for share, batch in self._batches)

    def gradient(self, parameters: Parameters) -> Parameters:
        """The slope of the loss by each parameter."""
        with torch.inference_mode(False), torch.enable_grad():
            return self._mean(lambda batch: grad(lambda point: self._differentiable(point, batch))(parameters))

    def hessian(self, parameters: Parameters) -> Callable[[Parameters], Parameters]:
        """The Hessian of the loss as a function: its product with a direction (Pearlmutter, 1994).

        What is the same for each product is computed once and kept, where all rows are one batch.
        """

        def at(batch: Batch) -> Callable[[Parameters], Parameters]:
            def product(direction: Parameters) -> Parameters:
                (turned,) = pull(direction)  # the Hessian is symmetric: from the left as from the right
                return dict(turned)

            with torch.inference_mode(False), torch.enable_grad():
                slope = grad(lambda point: self._differentiable(point, batch))
                pull = vjp(slope, parameters)[1]
            return product

        if len(self._batches) == 1:
            return at(self._batches[0][1])
        return lambda direction: self._mean(lambda batch: at(batch)(direction))

    def _mean(self, of: Callable[[Batch], Parameters]) -> Parameters:
        total = {name: torch.zeros_like(value) for name, value in self.parameters.items()}
        for share, batch in self._batches:
            for name, value in of(batch).items():
                total[name].add_(value.detach(), alpha=share)
        return total

    def _number(self, parameters: Parameters, batch: Batch) -> float:
        inputs, target = batch
        with torch.no_grad():
            output = self._output(parameters, inputs)
        try:
            # as in training: a kernel that computes a gradient too may round the value otherwise
            with torch.enable_grad():
                value = self.loss(_mapped(output, _wanting_gradient), target)
        except Exception:
            if isinstance(output, Tensor) and not bool(output.isfinite().all()):
                return float("nan")  # some losses refuse what is not finite: a hole in the surface, no end of it
            raise
        return _scalar(value).item()

    def _differentiable(self, parameters: Parameters, batch: Batch) -> Tensor:
        inputs, target = batch
        return _scalar(self.loss(self._output(parameters, inputs), target))

    def _output(self, parameters: Parameters, inputs: Any) -> Any:
        torch.set_rng_state(self._random[0])
        if self._random[1]:
            torch.cuda.set_rng_state_all(self._random[1])
        # a forward pass may write to buffers, as running statistics are: to copies of them
        state = {**parameters, **{name: buffer.clone() for name, buffer in self.model.named_buffers()}}
        return run(lambda *args, **named: functional_call(self.model, state, args, named), inputs)


def _scalar(value: Any) -> Tensor:
    """What the loss gave, where it is one number."""
    if not isinstance(value, Tensor | float | int):
        raise PredictionError(f"the loss gave a {type(value).__name__}; a scalar tensor is expected")
    number = torch.as_tensor(value)
    if number.numel() != 1:
        raise ShapeError(f"the loss gave shape {tuple(number.shape)}; a surface needs a scalar: write reduction='mean'")
    return number.reshape(())


def _mapped(value: Any, function: Callable[[Any], Any]) -> Any:
    """The same with the function applied to what tuples, lists and dicts hold."""
    if type(value) is dict:
        return {name: _mapped(each, function) for name, each in value.items()}
    return type(value)(_mapped(each, function) for each in value) if type(value) in (tuple, list) else function(value)


def _tensor(value: Any) -> Any:
    return tensor_of(value, "inputs or target") if isinstance(value, np.ndarray) else value


def _wanting_gradient(value: Any) -> Any:
    is_differentiable = isinstance(value, Tensor) and value.is_floating_point()
    return value.detach().requires_grad_() if is_differentiable else value


def _batches(inputs: Any, target: Any, size: int | None) -> list[tuple[float, Batch]]:
    """The share of the rows that a batch has, and the batch."""
    if size is None:
        return [(1.0, (inputs, target))]
    if size < 1:
        raise ParameterError(f"batch_size={size}: give a whole number from 1, or None for all rows at once")
    lengths: set[int] = set()
    _mapped((inputs, target), lambda value: lengths.add(len(value)) if isinstance(value, Tensor) else None)
    if len(lengths) != 1:
        raise ShapeError(
            f"inputs and target have {sorted(lengths)} rows; to be split into batches all must have as many: "
            "write batch_size=None"
        )
    (rows,) = lengths
    return [
        (min(size, rows - start) / rows, _mapped((inputs, target), _rows(slice(start, start + size))))
        for start in range(0, rows, size)
    ]


def _rows(part: slice) -> Callable[[Any], Any]:
    return lambda value: value[part] if isinstance(value, Tensor) else value
