"""The batch under audit: the loss can be asked again, of other predictions and other targets."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from lossmith.auditing import outputs
from lossmith.auditing.outputs import Path
from lossmith.models import run

LossCall = Callable[[Any, Any], Any]


class Answer:
    """What the loss gave: a value, or an error.

    Attributes:
        value: as it came, reduced to a scalar by its mean; None where the loss raised, or gave no tensor.
        error: what it raised.
        shape: of the value before.
        is_attached: whether it has a gradient at all.
        slopes: by the prediction; None where there are none.
    """

    def __init__(self, value: Any = None, error: Exception | None = None, slopes: Tensor | None = None) -> None:
        self.error = error
        self.raw = value if isinstance(value, Tensor) else None
        self.shape = tuple(self.raw.shape) if self.raw is not None else None
        self.is_attached = self.raw is not None and self.raw.requires_grad
        self.slopes = slopes

    @property
    def value(self) -> float | None:
        """The scalar."""
        return None if self.raw is None else float(self.raw.detach().float().mean())

    @property
    def is_finite(self) -> bool:
        """Whether there is a value, and it is a number."""
        return self.raw is not None and bool(self.raw.detach().isfinite().all())


class Scene:
    """Loss, prediction and target, and where there is one the model.

    Args:
        loss: of a prediction and a target.
        output: what the model gave, or the prediction itself.
        target: of any kind that the loss takes.
        model: what gave the output.
        inputs: what it was given.
        path: where in the output the tensor is that is looked at.
    """

    passes = 0  # how often a loss was called, by all scenes

    def __init__(
        self, loss: LossCall, output: Any, target: Any, model: Any = None, inputs: Any = None, path: Path | None = None
    ) -> None:
        self.loss, self.output, self.target, self.model, self.inputs = loss, output, target, model, inputs
        self.path = path
        self.drawn: dict[float, Tensor | None] = {}  # what the model gives with other parameters, by their size

    # What is there ---------------------------------------------------------------------------------------------------

    @cached_property
    def places(self) -> list[Path]:
        """Where in the output the tensors are that the loss depends on; all of them where it depends on none."""
        found = outputs.tensors_of(self.output)
        moving = list(found) if len(found) == 1 else [path for path, t in found.items() if self._moves(path, t)]
        return moving or list(found)

    def views(self) -> list[Scene]:
        """The same batch, each looking at one of these tensors; one that looks at none where there is none."""
        paths: list[Path | None] = [*self.places] or [None]
        views = [Scene(self.loss, self.output, self.target, self.model, self.inputs, path) for path in paths]
        for view in views:
            view.places = self.places
        return views

    def of_few(self, rows: int) -> Scene | None:
        """The same of some rows, of targets from the least to the largest; None where not all tensors have them."""
        if not isinstance(self.target, Tensor) or self.target.dim() == 0 or len(self.target) < rows:
            return None
        ranked = self.target.detach().reshape(len(self.target), -1).double().mean(1).argsort(stable=True)
        index = ranked[torch.linspace(0, len(ranked) - 1, rows).long()]
        output = self.output
        for path, tensor in outputs.tensors_of(output).items():
            taken = tensor[index] if len(tensor.shape) and len(tensor) == len(ranked) else tensor
            output = outputs.replaced(output, path, taken)
        return Scene(self.loss, output, self.target[index], path=self.path)

    @cached_property
    def prediction(self) -> Tensor | None:
        """The tensor that is looked at, knowing nothing of the model."""
        return None if self.path is None else outputs.tensors_of(self.output)[self.path].detach()

    @cached_property
    def answer(self) -> Answer:
        """What the loss says of the batch, with its slopes by the prediction."""
        return self.ask(slopes=True)

    @cached_property
    def target_path(self) -> Path | None:
        """Where the target of this prediction is among those of others, weights, masks and lengths; None if unclear."""
        found = outputs.all_of(self.target)
        if len(found) == 1 or self.prediction is None:
            return next(iter(found)) if len(found) == 1 else None
        like = [path for path, t in found.items() if t.shape == self.prediction.shape and t.is_floating_point()]
        own = [path for path, t in found.items() if not self._is_beside(path, t)] or like  # 0 · log p has no slope
        labels = [path for path in own if not found[path].is_floating_point()]
        alike = [path for path in own if path in like]
        return next((paths[0] for paths in (own, labels, alike) if len(paths) == 1), None)

    @cached_property
    def target_tensor(self) -> Tensor | None:
        """The tensor of the targets, where there is one."""
        return None if self.target_path is None else outputs.all_of(self.target)[self.target_path]

    @property
    def module(self) -> nn.Module | None:
        """The model, where it is a module."""
        return self.model if isinstance(self.model, nn.Module) else None

    # Asking ----------------------------------------------------------------------------------------------------------

    def ask(self, prediction: Tensor | None = None, target: Any = None, *, slopes: bool = False) -> Answer:
        """The loss of another prediction or another target; random numbers in the loss are the same each time."""
        output = outputs.detached(self.output)
        leaf = self.prediction if prediction is None else prediction
        if leaf is not None and self.path is not None:
            leaf = leaf.detach().requires_grad_(slopes)
            output = outputs.replaced(output, self.path, leaf)
        if target is not None and self.target_path is not None:
            target = outputs.replaced(self.target, self.target_path, target)
        Scene.passes += 1
        torch.manual_seed(0)
        try:
            with torch.enable_grad():
                value = self.loss(output, self.target if target is None else target)
                return Answer(value, None, _slopes(value, leaf) if slopes else None)
        except Exception as error:
            return Answer(error=error)

    def value(self, prediction: Tensor | None = None, target: Any = None) -> float | None:
        """The same, as a number."""
        return self.ask(prediction, target).value

    def predict(self, inputs: Any = None) -> Tensor | None:
        """What the model gives now, as the prediction is; None where it fails."""
        if self.model is None or self.path is None:
            return None
        torch.manual_seed(0)
        try:
            with torch.no_grad():
                output = run(self.model, self.inputs if inputs is None else inputs)
                return outputs.tensors_of(output)[self.path].detach().clone()  # it may be a parameter
        except Exception:
            return None

    def own_value(self) -> Any:
        """The loss of the model's own output, with its graph; None where it fails."""
        if self.module is None:
            return self.answer.raw
        torch.manual_seed(0)
        try:
            with torch.enable_grad():
                return self.loss(run(self.module, self.inputs), self.target)
        except Exception:
            return None

    def gradients(self) -> dict[str, Tensor | None]:
        """The gradient of each parameter of the model that wants one, by its name."""
        return self.gradients_of(self.own_value())

    def gradients_of(self, value: Any) -> dict[str, Tensor | None]:
        """The same of a value that is there; its graph is gone then."""
        module = self.module
        if module is None or not isinstance(value, Tensor) or not value.requires_grad:
            return {}
        wanted = {name: p for name, p in module.named_parameters() if p.requires_grad}
        if not wanted:
            return {}
        found = torch.autograd.grad(value.sum(), list(wanted.values()), allow_unused=True)
        return dict(zip(wanted, found, strict=True))

    def _is_beside(self, path: Path, tensor: Tensor) -> bool:
        """Whether a tensor of the target is not what this prediction is to be: of another one, a weight or a mask.

        Other numbers there turn and move no slope, or leave none.
        """
        if self.prediction is None or not tensor.numel():
            return False
        generator = torch.Generator().manual_seed(7)
        between = torch.rand(self.prediction.shape, generator=generator).to(self.prediction)
        slopes = []
        for number in _numbers_to_try(tensor):
            filled = outputs.replaced(self.target, path, torch.full_like(tensor, number))
            found = Scene(self.loss, self.output, filled, path=self.path).ask(between, slopes=True).slopes
            if number == 0 and found is not None and not bool((found.nan_to_num() != 0).any()):
                return True
            slopes.append(found)
        known = [s for s in slopes if s is not None]
        if not 1 < len(known) == len(slopes):
            return False
        is_of_another = torch.equal(known[0], known[-1])
        return is_of_another or (bool((tensor >= 0).all()) and torch.equal(known[0].sign(), known[-1].sign()))

    def _moves(self, path: Path, tensor: Tensor) -> bool:
        """Whether the loss depends on this tensor of the output."""
        leaf = tensor.detach().clone().requires_grad_()
        Scene.passes += 1
        torch.manual_seed(0)
        try:
            with torch.enable_grad():
                value = self.loss(outputs.replaced(outputs.detached(self.output), path, leaf), self.target)
            slopes = _slopes(value, leaf)
        except Exception:
            return False
        return slopes is not None and bool((slopes != 0).any())


def _numbers_to_try(tensor: Tensor) -> list[float]:
    """What else may stand in a target; no label beyond those there are: not every loss looks before it reads there."""
    least, most = float(tensor.min()), float(tensor.max())
    if tensor.is_floating_point() or tensor.dtype is torch.bool:
        return [0, 1, 10] if least >= 0 else [least, 0, most]
    return sorted({least, 0, min(1, most), most})


def _slopes(value: Any, leaf: Tensor | None) -> Tensor | None:
    if leaf is None or not isinstance(value, Tensor) or not value.requires_grad:
        return None
    (slopes,) = torch.autograd.grad(value.sum(), leaf, allow_unused=True)
    return slopes
