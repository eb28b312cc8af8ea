"""From a call to the kernel of its family, with its arrays in the order that the kernel wants."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from lossmith.arrays import compute_dtype
from lossmith.call import Aligned, Given
from lossmith.families import on_gpu
from lossmith.formula.lift import Lift, tuple_of
from lossmith.fused import Illegal, Request, denominator, kernel_of, numbers, weighting
from lossmith.kernels import dispatch
from lossmith.kernels.handed import Call, NoKernel
from lossmith.loss import Loss
from lossmith.targets import ROW_SUM_MISS

FEW_CLASSES = 32  # up to here the kernel takes many rows at once
STREAMED = 1 << 26  # bytes of a gradient from which on it pays to write it past the caches

if TYPE_CHECKING:
    from lossmith.families.classes import Divergence, OverClasses, Rowwise
    from lossmith.kernels.cpu.call import Kernel


def pointwise(
    loss: Loss,
    prediction: Tensor,
    target: Tensor,
    request: Request,
    lift: Callable[[Given], Lift],
    several: bool = False,
) -> Call:
    """The kernel of an element's prediction, or its ``several`` predictions, and its target.

    Args:
        loss: whose hyper-parameters the kernel is given.
        prediction: of any strides.
        target: of the elements' shape.
        request: the rest of the call.
        lift: the formula, by what the prediction is.
        several: whether an axis of the prediction holds the predictions of an element.

    Raises:
        NoKernel: there is none.
    """
    options = request.options
    given = request.given if options else "scores"
    moved, axis = prediction, None
    if several:
        moved, axis = loss._align(prediction, target, options.get("axis")).prediction, options.get("axis") or -1
    elif prediction.shape != target.shape:
        raise NoKernel("prediction and target differ in shape")

    def make(generate: Any) -> Callable[..., Call]:
        lifted, dtype = lift(given), compute_dtype(prediction)
        from lossmith.kernels.cpu.pointwise import Pointwise

        module = generate.pointwise_module(lifted, dtype, loss.name)
        return functools.partial(
            Pointwise, _kernel(module, "pointwise"), numbers(loss, lifted.formula), lifted.reads_all
        )

    call: Callable[..., Call]
    if is_on_gpu := dispatch.on_gpu(prediction):
        call = on_gpu.pointwise(loss, prediction, lift, given)
    else:
        call = kernel_of(loss, ("pointwise", given, prediction.dtype), make)
    weight = mask = ignored = None
    if options:
        request.only(("weight", "mask", "ignore_index", "given", "axis"))
        weight, mask = weighting(prediction, target.shape, options)
        ignored = options.get("ignore_index")
        if ignored is not None and loss._target_coding().task != "binary":
            raise NoKernel("the loss reads no labels")
    count = on_gpu.denominator if is_on_gpu else denominator
    amount = count(request, target.numel(), target, weight, mask, ignored, None)
    return call(moved, axis, target, weight, mask, ignored, amount)


def rowwise(loss: Rowwise, prediction: Tensor, target: Tensor, request: Request) -> Call:
    """The kernel of one row of scores and its label or distribution.

    Raises:
        NoKernel: there is none.
    """
    options = request.options
    request.only(("weight", "mask", "ignore_index", "given", "class_weight", "class_counts", "axis"))
    if request.given != "scores":
        raise NoKernel("kernels read rows of scores")
    loss._check_options(options)
    aligned = loss._align(prediction, target, options.get("axis"))
    smoothing, dtype = loss._smoothing(), compute_dtype(prediction)
    is_spread = aligned.has_rows or smoothing > 0
    if is_spread and not loss.is_linear_in_log_p:
        raise NoKernel("the formula is not linear in log p, so each class has a loss of its own")
    if dispatch.on_gpu(prediction):
        return on_gpu.rowwise(loss, aligned, prediction, request)
    kernel_name = "spread_out" if is_spread else "labelled"
    template = "labelled_few" if kernel_name == "labelled" and aligned.classes <= FEW_CLASSES else kernel_name

    def make(generate: Any) -> tuple[Any, ...]:
        formula = loss._traced("formula")
        score_map = loss._traced("logit") if loss._maps_scores() else None
        lift = Lift(formula, tuple_of, Illegal(loss._target_coding(), "scores", -np.inf), 3, 0)
        module = generate.rowwise_module(template, lift, score_map, dtype, loss.name)
        return _kernel(module, kernel_name), numbers(loss, formula), numbers(loss, score_map)

    kernel, parameters, map_parameters = kernel_of(loss, (template, dtype), make)
    ignored = options.get("ignore_index")
    if ignored is not None and not aligned.is_index:
        raise NoKernel("the target holds no labels")
    count = loss._of_classes(aligned, dtype, options, "class_counts")
    priors = priors_of(count, aligned.classes, prediction) if loss._maps_scores() else None
    labels = aligned.target.reshape(-1) if aligned.is_index else None
    rows = aligned.target.reshape(-1, aligned.target.shape[-1]) if aligned.has_rows else None
    before = (labels, rows, ROW_SUM_MISS, smoothing) if is_spread else (labels,)
    streams = True if prediction.nbytes >= STREAMED else None
    between = (priors,) if template == "labelled_few" else (priors, streams)
    after = (parameters, map_parameters)
    return _rows(loss, kernel, aligned, prediction, request, before, (ignored,), between, after)


def classwise(
    loss: OverClasses, prediction: Tensor, target: Tensor, request: Request, lift: Callable[[Given, Given], Lift]
) -> Call:
    """The kernel of a sum over classes, each with a prediction and a target of its own.

    Raises:
        NoKernel: there is none.
    """
    options, given, dtype = request.options, request.given, compute_dtype(prediction)
    request.only(("weight", "mask", "given", "target_given", "class_weight", "axis"))
    loss._check_options(options)
    aligned = loss._align(prediction, target, options.get("axis"))
    target_given: Given = options.get("target_given", "probabilities")
    if target_given == "scores":
        raise NoKernel("a target of scores needs a softmax of its own")

    def make(generate: Any) -> tuple[Any, ...]:
        lifted = lift(given, target_given)
        module = generate.classwise_module(lifted, given, target_given, dtype, loss.name)
        return _kernel(module, "classwise"), numbers(loss, lifted.formula)

    kernel, parameters = kernel_of(loss, ("classwise", given, target_given, dtype), make)
    rows = aligned.target.reshape(-1, aligned.target.shape[-1])
    miss = (None if given == "scores" else ROW_SUM_MISS, ROW_SUM_MISS if loss._target_coding().sums_to_1 else None)
    return _rows(loss, kernel, aligned, prediction, request, (rows, *miss), (), (), (parameters,))


def divergence(loss: Divergence, prediction: Tensor, target: Tensor, request: Request) -> Call:
    """The kernel of a divergence between the softmax of a row of scores and a target.

    Raises:
        NoKernel: there is none.
    """
    options, dtype = request.options, compute_dtype(prediction)
    request.only(("weight", "mask", "given", "target_given", "class_weight", "axis"))
    loss._check_options(options)
    aligned = loss._align(prediction, target, options.get("axis"))
    target_given: Given = options.get("target_given", "probabilities")
    temperature = loss._temperature()
    if temperature is not None and options.get("class_weight") is not None:
        raise NoKernel("weights of classes go by the softened target")

    def make(generate: Any) -> tuple[Any, ...]:
        formula = loss._traced("formula")
        illegal = Illegal(loss._target_coding(), "scores", -np.inf)
        module = generate.divergence_module(Lift(formula, tuple_of, illegal, 2, 2), dtype, loss.name)
        return _kernel(module, "divergence"), numbers(loss, formula)

    kernel, parameters = kernel_of(loss, ("divergence", dtype), make)
    rows = aligned.target.reshape(-1, aligned.target.shape[-1])
    codes: dict[Given, int] = {"probabilities": 0, "log_probabilities": 1, "scores": 2}
    softened = target_given == "scores" or temperature is not None
    before = (rows, ROW_SUM_MISS, codes[target_given], softened, temperature or 1.0)
    return _rows(loss, kernel, aligned, prediction, request, before, (), (), (parameters,))


def _kernel(module: Any, loop: str) -> Kernel:
    from lossmith.kernels.cpu.call import Kernel

    return Kernel(getattr(module, loop), module.by_team)


def _rows(
    loss: OverClasses,
    kernel: Any,
    aligned: Aligned,
    prediction: Tensor,
    request: Request,
    before: tuple[Any, ...],
    ignored: tuple[int | None, ...],
    between: tuple[Any, ...],
    after: tuple[Any, ...],
) -> Call:
    """A call over rows: what a kernel is given before the weights, between them and the gradient, and at its end."""
    if dispatch.on_gpu(prediction):
        raise NoKernel("there is none on a GPU yet")
    options = request.options
    axis = options.get("axis")
    weight, mask = weighting(prediction, aligned.shape, options)
    class_weight = loss._of_classes(aligned, compute_dtype(prediction), options, "class_weight")
    amounts = None if class_weight is None else loss._class_amounts(aligned, class_weight, options)
    label = ignored[0] if ignored else None
    amount = denominator(request, aligned.shape.numel(), aligned.target, weight, mask, label, amounts)
    flat = [None if v is None else v.reshape(-1) for v in (weight, mask)]
    from lossmith.kernels.cpu.rows import Rows

    only_labels = aligned.target if ignored and aligned.is_index and weight is None else None
    return Rows(
        kernel,
        aligned.prediction,
        -1 if axis is None else axis,
        (*before, *flat, *ignored, class_weight, *between),
        after,
        amount,
        only_labels,
        label,
    )


def priors_of(counts: Tensor | None, classes: int, like: Tensor) -> Tensor:
    """The log of each class's share, and the log of the rarest's less that."""
    shares = torch.ones(classes, dtype=compute_dtype(like), device=like.device) if counts is None else counts
    return torch.stack([(shares / shares.sum()).log(), (shares.amin() / shares).log()])
