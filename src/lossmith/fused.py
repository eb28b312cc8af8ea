"""Which path a call takes: a kernel with its arrays bound, or the formula on tensors; and why."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import numpy as np
import torch
from torch import Tensor

from lossmith.arrays import Array, tensor_of
from lossmith.call import Given, Options
from lossmith.errors import LossmithError
from lossmith.formula.terms import Condition, Term
from lossmith.kernels import dispatch, handed
from lossmith.kernels.handed import Call, NoKernel, broken
from lossmith.kernels.inplace import gradient_over_prediction, write_over
from lossmith.reduction import Reduction
from lossmith.targets import Coding

if TYPE_CHECKING:
    from lossmith.formula.derive import Formula
    from lossmith.loss import Loss

FLOATS = {torch.float32, torch.float64, torch.bfloat16, torch.float16}
TARGETS = FLOATS | {torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool}


class Request(NamedTuple):
    """What a call asks for, besides prediction and target."""

    reduction: Reduction
    normalizer: float | Tensor | None
    options: Options

    @property
    def given(self) -> Given:
        """What the prediction is."""
        return self.options.get("given", "scores")

    def only(self, understood: Collection[str]) -> None:
        """Raise NoKernel where the call says more than these options."""
        for name, value in self.options.items():
            if value is not None and name not in understood:
                raise NoKernel(f"no kernel reads {name}=")


@dataclass(frozen=True)
class Illegal:
    """Where a loss may not read a prediction or a target, or perhaps may not: the plain path decides, and says so."""

    coding: Coding
    given: Given
    low: float

    def __call__(self, *terms: Term) -> Condition | bool:
        """The condition on the predictions of an element and, last, its target."""
        *predictions, target = terms
        found = [] if self.coding.violated is None else [self.coding.violated(target)]
        for s in predictions:
            if self.given == "probabilities":
                found.append((s < 0) | (s > 1))
            elif self.given == "log_probabilities":
                found.append(s > 0)
            elif self.low > -np.inf:
                found.append(s < self.low)
        return functools.reduce(lambda a, b: a | b, found) if found else False


def value(loss: Loss, prediction: Tensor, target: Array, request: Request, *, original: Array) -> Tensor:
    """What a call of the loss gives."""
    expression = functools.partial(loss._of_tensors, target=target, request=request)
    try:
        _is_worth_a_kernel(prediction)
        call = bind(loss, prediction, target, request)
        return (handed.elements if request.reduction == "none" else handed.scalar)(prediction, call, expression)
    except NoKernel:
        return expression(prediction)


@dataclass(frozen=True)
class Path:
    """How a call is computed.

    Attributes:
        is_kernel: by a kernel, value and gradient in one pass; else by the formula on tensors.
        reason: the kernel's file, or why there is no kernel.
    """

    is_kernel: bool
    reason: str

    def __str__(self) -> str:
        return f"kernel: {self.reason}" if self.is_kernel else f"formula on tensors: {self.reason}"


def explain_path(
    loss: Loss,
    prediction: Array,
    target: Array,
    *,
    reduction: Reduction = "mean",
    normalizer: float | Tensor | None = None,
    **options: Unpack[Options],
) -> Path:
    """Which path a call of the loss takes, and why.

    Args:
        loss: a configured loss.
        prediction: as in the call.
        target: as in the call.
        reduction: as in the call.
        normalizer: as in the call.
        **options: as in the call, :class:`Options`.

    Raises:
        LossmithError: the call is wrong; the message is that of the call.

    Example:
        >>> import torch, lossmith as lm
        >>> elsewhere = torch.zeros(2000, device="meta")
        >>> print(lm.explain_path(lm.MSE(), elsewhere, elsewhere))
        formula on tensors: the prediction lies on meta, the target on meta
    """
    scores, request = tensor_of(prediction, "prediction"), Request(reduction, normalizer, options)
    try:
        _is_worth_a_kernel(scores)
        call = bind(loss, scores, target, request)
        call.value()
        return Path(True, call.source)
    except NoKernel as reason:
        loss._of_tensors(scores, target, request)  # raises where the call is wrong
        return Path(False, str(reason))


def inplace(loss: Loss, prediction: Tensor, target: Array, request: Request, *, original: Array) -> Tensor:
    """What a call of the loss gives; afterwards ``prediction``, and the ``original`` of it, hold its gradient."""

    def write(scores: Tensor) -> Tensor:
        try:
            return bind(loss, scores, target, request).over()
        except NoKernel:
            return write_over(scores, functools.partial(loss._of_tensors, target=target, request=request))

    return gradient_over_prediction(prediction, write, original)


def value_and_gradient(loss: Loss, prediction: Tensor, target: Array, request: Request) -> tuple[Tensor, Tensor]:
    """The loss of each element and its slope by its own prediction."""
    try:
        _is_worth_a_kernel(prediction)
        return bind(loss, prediction, target, request).elements_and_slopes()
    except NoKernel:
        with torch.enable_grad():
            scores = prediction.requires_grad_()
            values = loss._of_tensors(scores, target, request)
            (gradient,) = torch.autograd.grad(values.sum(), scores)
        return values.detach(), gradient


def _is_worth_a_kernel(prediction: Tensor) -> None:
    if prediction.numel() < dispatch.FEWEST and not (prediction.requires_grad and torch.is_grad_enabled()):
        raise NoKernel(f"fewer than {dispatch.FEWEST} numbers, and none wants a gradient: not worth compiling a kernel")


def bind(loss: Loss, prediction: Tensor, target: Array, request: Request) -> Call:
    """The kernel that computes this call.

    Raises:
        NoKernel: there is none; the formula on tensors knows every case, and what to say of a wrong one.
    """
    if dispatch.KERNELS_ARE_OFF:
        raise NoKernel("LOSSMITH_KERNELS=off")
    if not isinstance(target, Tensor):
        target = tensor_of(target, "target", like=prediction)
    if not dispatch.runs_plainly(prediction, target):
        raise NoKernel("a compiler, a transform, forward mode or a tensor subclass looks on")
    if not (prediction.is_cpu and target.is_cpu) and not (prediction.is_cuda and target.device == prediction.device):
        raise NoKernel(f"the prediction lies on {prediction.device}, the target on {target.device}")
    if prediction.dtype not in FLOATS or target.dtype not in TARGETS:
        raise NoKernel(f"the prediction has dtype {prediction.dtype}, the target {target.dtype}")
    if target.requires_grad:
        raise NoKernel("the target wants a gradient")
    if not prediction.numel():
        raise NoKernel("there are no elements")
    return loss._bind(prediction, target.int() if target.dtype == torch.int16 else target, request)


def weighting(prediction: Tensor, shape: torch.Size, options: Options) -> tuple[Tensor | None, Tensor | None]:
    """Weight and mask, where they are such that nothing is to be said of them."""
    found: list[Tensor | None] = []
    for name, dtypes in (("weight", TARGETS - {torch.int16}), ("mask", {torch.bool})):
        value = options.get(name)
        tensor = None if value is None else tensor_of(value, name, like=prediction)
        if tensor is not None:
            if tensor.shape != shape or tensor.dtype not in dtypes or tensor.requires_grad:
                raise NoKernel(f"{name} has another shape, wants a gradient or has dtype {tensor.dtype}")
            if not dispatch.runs_plainly(tensor) or tensor.device != prediction.device:
                raise NoKernel(f"{name} is no plain tensor on the prediction's device")
        found.append(tensor)
    return found[0], found[1]


def denominator(
    request: Request,
    count: int,
    target: Tensor,
    weight: Tensor | None,
    mask: Tensor | None,
    ignored: int | None,
    amounts: Tensor | None = None,
) -> float:
    """What the sum is divided by: Σ w of what is present, in float64, unless the call says otherwise.

    Args:
        request: the call.
        count: of elements.
        target: labels, where one is ignored.
        weight: of the elements.
        mask: of the elements.
        ignored: the label that means none.
        amounts: what each element counts beside its weight.
    """
    amount = amount_of(request, count, target, weight, mask, ignored, amounts)
    # of nothing the sum is 0, and the mean too
    return float(amount) or 1.0 if isinstance(amount, Tensor) else amount


def amount_of(
    request: Request,
    count: int,
    target: Tensor,
    weight: Tensor | None,
    mask: Tensor | None,
    ignored: int | None,
    amounts: Tensor | None,
) -> float | Tensor:
    """The same as a tensor where it takes one to compute it; 0 of nothing."""
    if request.reduction != "mean":
        return 1.0
    if request.normalizer is not None:
        if isinstance(request.normalizer, Tensor) and request.normalizer.requires_grad:
            raise NoKernel("the normalizer wants a gradient")
        return request.normalizer if isinstance(request.normalizer, Tensor) else float(request.normalizer)
    present = mask
    if ignored is not None:
        kept = target != ignored
        present = kept if mask is None else mask & kept
    if weight is not None:
        amounts = weight if amounts is None else amounts * weight
    if amounts is None:
        return count if present is None else present.sum()
    amount = amounts if present is None else torch.where(present, amounts, 0)
    return amount.sum(dtype=torch.float64)


def numbers(loss: Loss, formula: Formula | None) -> np.ndarray:
    """The hyper-parameters of a formula, in its order."""
    return np.array([getattr(loss, name) for name in formula.parameters] if formula else [], np.float64)


def kernel_of(loss: Loss, key: tuple[Any, ...], make: Callable[[Any], Any], compiler: str = "numba") -> Any:
    """What ``make`` gives of the compiler's module ``generate``, kept beside the loss's fields."""
    kept: dict[tuple[Any, ...], Any] | None = loss.__dict__.get("_kernels")
    if kept is None:
        kept = _kept_of(loss)
        object.__setattr__(loss, "_kernels", kept)
    if (found := kept.get(key)) is None:
        found = kept[key] = _made(loss, make, compiler)
    if isinstance(found, NoKernel):
        raise found
    return found


@functools.lru_cache(maxsize=1024)
def _kept_of(loss: Loss) -> dict[tuple[Any, ...], Any]:
    """One for all losses that are equal: whoever configures a loss for each call does not wait for it each time."""
    return {}


def _made(loss: Loss, make: Callable[[Any], Any], compiler: str) -> Any:
    room = {"numba": "cpu", "triton": "gpu"}[compiler]
    try:
        generate = importlib.import_module(f"lossmith.kernels.{room}.generate")
    except ImportError as error:
        return broken(f"{compiler.capitalize()} is missing", error)
    try:
        return make(generate)
    except LossmithError:  # the formula itself is wrong
        raise
    except KeyError as error:
        return NoKernel(f"kernels lack the word {error}")
    except Exception as error:  # of the disk, of SymPy's printer: whatever it is, the plain path is right
        return broken(f"the kernel of {loss.name} cannot be made", error)
