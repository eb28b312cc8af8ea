"""Which shapes belong together, and where the classes lie. Nothing broadcasts, nothing is guessed from sizes."""

from __future__ import annotations

import torch
from torch import Tensor

from lossmith.errors import DtypeError, ShapeError


def same_shape(prediction: Tensor, target: Tensor) -> None:
    """Check an elementwise pair.

    Raises:
        ShapeError: the shapes differ; the message names both and the fix.
    """
    if prediction.shape == target.shape:
        return
    given = f"prediction has shape {tuple(prediction.shape)}, target {tuple(target.shape)}"
    if prediction.dim() == target.dim() + 1 and prediction.shape[-1] == 1 and prediction.shape[:-1] == target.shape:
        remedy = "write prediction.squeeze(-1)"
    elif target.dim() == prediction.dim() + 1 and target.shape[-1] == 1 and target.shape[:-1] == prediction.shape:
        remedy = "write target.squeeze(-1)"
    elif prediction.numel() == target.numel():
        remedy = "write target.reshape(prediction.shape) if their order agrees"
    elif target.dim() == 0 or target.numel() == 1:
        remedy = "write target.expand(prediction.shape) if one target for all is meant"
    else:
        remedy = "make them equal; a broadcast would compare every prediction with every target"
    raise ShapeError(f"{given}; the same shape is expected, nothing is broadcast: {remedy}")


def class_axis(prediction: Tensor, axis: int | None) -> int:
    """The axis over which the classes run: the only one of one, the last of two, with more what ``axis`` says.

    Raises:
        ShapeError: the prediction is a single number, ``axis`` is missing or there is no such axis.
    """
    shape = tuple(prediction.shape)
    if not shape:
        raise ShapeError("prediction is a single number; the scores of all classes are expected, shape (N, C) or (C,)")
    if axis is None:
        if len(shape) > 2:
            raise ShapeError(
                f"prediction has shape {shape}; with more than two axes say where the classes are: "
                "axis=1 for images (N, C, H, W), axis=-1 for tokens (N, T, C)"
            )
        axis = -1
    if not -len(shape) <= axis < len(shape):
        raise ShapeError(
            f"axis={axis}, but prediction has shape {shape}; write an axis from {-len(shape)} to {len(shape) - 1}"
        )
    if shape[axis] == 0:
        raise ShapeError(
            f"prediction has shape {shape}: no class at all on axis {axis}; scores of 1 or more are expected"
        )
    return axis % len(shape)


def labels_or_rows(prediction: Tensor, target: Tensor, axis: int) -> bool:
    """Whether the target has a value for each class (rows), rather than one label for all; decided by rank.

    Raises:
        ShapeError: the target's shape is neither the prediction's nor that without its class axis.
    """
    whole = tuple(prediction.shape)
    without = whole[:axis] + whole[axis + 1 :]
    shape = tuple(target.shape)
    if target.dim() == prediction.dim() and shape == whole:
        return True
    if target.dim() == prediction.dim() - 1 and shape == without:
        return False
    remedy = "write target.squeeze(-1)" if shape == (*without, 1) else "check axis= and the batch"
    raise ShapeError(
        f"prediction has shape {whole} with the classes on axis {axis}, target {shape}; expected are {without} for "
        f"class indices or {whole} for a row over the classes: {remedy}"
    )


def class_indices(target: Tensor) -> Tensor:
    """Labels of any integer dtype as int64; never cast from anything else.

    Raises:
        DtypeError: they are no integers.
    """
    if target.dtype.is_floating_point or target.dtype in (torch.bool, torch.complex64, torch.complex128):
        raise DtypeError(f"class indices have dtype {target.dtype}; write target.long()")
    return target.long()


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Rows over the classes from labels, shape (…, C): booleans, True for the class that a label names."""
    return labels.unsqueeze(-1) == torch.arange(classes, device=labels.device)


def as_rows(target: Tensor, scores: Tensor) -> Tensor:
    """The target as rows over the classes, in the scores' dtype: labels become one-hot rows."""
    return target if target.dim() == scores.dim() else one_hot(target, scores.shape[-1]).to(scores.dtype)
