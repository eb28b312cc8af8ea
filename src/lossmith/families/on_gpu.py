"""From a call to the kernel of its family on a GPU; nothing is read back to decide anything."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from lossmith.arrays import compute_dtype
from lossmith.call import Aligned, Given
from lossmith.formula.lift import Lift, tuple_of
from lossmith.fused import Illegal, Request, amount_of, kernel_of, numbers, weighting
from lossmith.kernels.handed import Call, NoKernel
from lossmith.loss import Loss

if TYPE_CHECKING:
    from lossmith.families.classes import Rowwise


def denominator(request: Request, *arguments: Any) -> float | Tensor:
    """What the sum is divided by, where it has to be counted on the GPU as a tensor, whose value nobody waits for."""
    amount = amount_of(request, *arguments)
    if request.normalizer is not None or not isinstance(amount, Tensor):
        return amount
    return torch.where(amount == 0, 1, amount)  # of nothing the sum is 0, and the mean too


def pointwise(loss: Loss, prediction: Tensor, lift: Callable[[Given], Lift], given: Given) -> Callable[..., Call]:
    """What makes a call of prediction, axis, target, weight, mask, the ignored label and the denominator.

    Raises:
        NoKernel: there is none.
    """

    def make(generate: Any) -> Callable[..., Call]:
        from lossmith.kernels.gpu.pointwise import Pointwise

        lifted = lift(given)
        made = generate.pointwise_functions(lifted, loss.name)
        functions = generate.functions_of(made, numbers(loss, lifted.formula), prediction.device)
        return functools.partial(Pointwise, functions)

    call: Callable[..., Call] = kernel_of(loss, ("on a GPU", given, prediction.device), make, "triton")
    return call


def rowwise(loss: Rowwise, aligned: Aligned, prediction: Tensor, request: Request) -> Call:
    """The kernel of one row of scores and its label or distribution.

    Raises:
        NoKernel: there is none.
    """
    from lossmith.families.binding import priors_of

    options, dtype = request.options, compute_dtype(prediction)
    smoothing, ignored = loss._smoothing(), options.get("ignore_index")
    if ignored is not None and not aligned.is_index:
        raise NoKernel("the target holds no labels")

    def make(generate: Any) -> tuple[Any, ...]:
        formula = loss._traced("formula")
        lift = Lift(formula, tuple_of, Illegal(loss._target_coding(), "scores", -np.inf), 3, 0)
        made = generate.row_functions(lift, loss.name)
        functions = generate.functions_of(made, numbers(loss, formula), prediction.device)
        smoothed = torch.tensor([smoothing], dtype=torch.float64, device=prediction.device) if smoothing else None
        if not loss._maps_scores():
            return functions, None, smoothed
        score_map = loss._traced("logit")
        made = generate.map_functions(score_map, loss.name)
        return functions, generate.functions_of(made, numbers(loss, score_map), prediction.device), smoothed

    functions, map_functions, smoothed = kernel_of(loss, ("on a GPU", prediction.device), make, "triton")
    weight, mask = weighting(prediction, aligned.shape, options)
    class_weight = loss._of_classes(aligned, dtype, options, "class_weight")
    amounts = None if class_weight is None else loss._class_amounts(aligned, class_weight, options)
    amount = denominator(request, aligned.shape.numel(), aligned.target, weight, mask, ignored, amounts)
    counts = loss._of_classes(aligned, dtype, options, "class_counts")
    priors = priors_of(counts, aligned.classes, prediction) if loss._maps_scores() else None
    from lossmith.kernels.gpu.rows import Rows, Targets

    what = Targets(
        functions=functions,
        map_functions=map_functions,
        labels=aligned.target if aligned.is_index else None,
        rows=None if aligned.is_index else aligned.target,
        smoothing=smoothed,
        priors=priors,
    )
    axis = options.get("axis")
    return Rows(what, aligned.prediction, -1 if axis is None else axis, weight, mask, ignored, class_weight, amount)
