"""The last layer of a classifier and its loss in one: the scores of a large vocabulary are never stored whole."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from lossmith.arrays import Array, compute_dtype, tensor_of
from lossmith.call import Options
from lossmith.errors import DtypeError, LossmithError, ShapeError, TargetError
from lossmith.families import Rowwise
from lossmith.kernels import dispatch, linear
from lossmith.layouts import class_indices
from lossmith.losses import CrossEntropy
from lossmith.reduction import Reduction, Weighting, check_reduction, denominator, weighting

BUDGET_ON_CPU = 48 << 20  # bytes; more is hardly faster
BUDGET_ELSEWHERE = 2 << 30  # few and large products
HELD_BY_A_LOSS = 16  # arrays of its scores' size, at most, while it is computed by the formula on tensors


def linear_cross_entropy(
    hidden: Tensor,
    weight: Tensor,
    target: Tensor,
    bias: Tensor | None = None,
    *,
    loss: Rowwise = CrossEntropy(),  # noqa: B008 - a frozen value
    reduction: Reduction = "mean",
    normalizer: float | Tensor | None = None,
    sample_weight: Array | None = None,
    mask: Array | None = None,
    class_weight: Array | None = None,
    class_counts: Array | None = None,
    ignore_index: int | None = None,
    memory_budget: int | None = None,
) -> Tensor:
    """``loss(hidden @ weight.T + bias, target)``, a chunk of rows at a time: the scores are never stored whole.

    Value and gradients are those of the plain two steps, exact: none is left out as too small. Both gradients are
    computed with the value and handed over in backward. Rows that are masked, ignored or of weight 0 are left out
    before anything is multiplied; what needs no gradient costs no product. Half precision is added up in float32.
    Under a compiler, ``torch.func``, forward mode or a tensor subclass, and where targets or weights want a gradient,
    the plain two steps run; second derivatives take them too.

    Args:
        hidden: what goes into the last layer, shape (…, D), floating point.
        weight: of the layer, shape (V, D) as in ``torch.nn.Linear``.
        target: class indices, shape (…), or, where the loss reads them, rows over the classes, shape (…, V).
        bias: of the layer, shape (V,).
        loss: a configured loss of one class of several: smoothing, z-loss and soft cap are its fields.
        reduction: as in a call of the loss. With ``"none"`` backward multiplies a fourth time, the scores again.
        normalizer: as in a call of the loss; :func:`global_normalizer` makes one.
        sample_weight: what is ``weight`` in a call of the loss: a number for each target, shape (…).
        mask: as in a call of the loss, shape (…).
        class_weight: as in a call of the loss, shape (V,).
        class_counts: as in a call of the loss, shape (V,).
        ignore_index: as in a call of the loss.
        memory_budget: bytes that the scores, their slopes and what the loss makes of them may take at once: 48 MiB on
            a CPU and 2 GiB elsewhere, where nothing is said. Not among them: the gradients (those in half precision are
            added up in float32), a copy of those rows of ``hidden`` that count where some do not, the layer's weight
            under autocast, and a few numbers a row.

    Returns:
        A scalar with a gradient, or with ``reduction="none"`` the losses, shape (…); float32 unless hidden is float64.

    Raises:
        LossmithError: shapes, dtypes or labels do not fit, or the budget is less than one row takes; the message says
            what to write instead.

    Example:
        >>> import torch, lossmith as lm
        >>> layer = torch.nn.Linear(8, 1000)
        >>> hidden, tokens = torch.zeros(4, 6, 8), torch.randint(1000, (4, 6))
        >>> loss = lm.CrossEntropy(z_loss=1e-4)
        >>> value = lm.linear_cross_entropy(hidden, layer.weight, tokens, layer.bias, loss=loss, ignore_index=0)
        >>> torch.allclose(value, loss(layer(hidden), tokens, ignore_index=0, axis=-1))
        True
    """
    check_reduction(reduction, normalizer)
    _check(hidden, weight, target, bias, loss)
    options: Options = {
        "weight": sample_weight,
        "mask": mask,
        "class_weight": class_weight,
        "class_counts": class_counts,
        "ignore_index": ignore_index,
    }
    given = [t for t in (target, normalizer, *options.values()) if isinstance(t, Tensor)]
    if not dispatch.runs_plainly(hidden, weight, *given) or any(t.requires_grad for t in given):
        options["axis"] = -1
        scores = F.linear(hidden, weight, bias)
        plain: Tensor = loss(scores, target, reduction=reduction, normalizer=normalizer, **options)
        return plain

    rows = _Rows.read(loss, hidden, target, options)
    flat = hidden.reshape(-1, hidden.shape[-1])
    if rows.present is not None:
        flat = flat.index_select(0, rows.present)
    head = _head(rows, flat, weight, reduction != "none", memory_budget)
    value = linear.over_rows(flat, weight, bias, head)
    if reduction == "mean":
        return value / rows.denominator(normalizer, value.dtype, head.part)
    if reduction == "none" and rows.present is not None:
        value = value.new_zeros(target.shape[: hidden.dim() - 1].numel()).index_copy(0, rows.present, value)
    return value if reduction == "sum" else value.reshape(hidden.shape[:-1])


@dataclass(frozen=True)
class _Rows:
    """The rows that count: their targets and weights, and their loss.

    Args:
        loss: of one row.
        target: class indices, shape (N,), or rows over the classes, shape (N, V), of all rows.
        weight: sample weights, shape (N,), of all rows.
        present: the positions of those that count, shape (M,); ``None``: all do.
        classes: arrays of a number for each class.
    """

    loss: Rowwise
    target: Tensor
    weight: Tensor | None
    present: Tensor | None
    classes: Options

    @classmethod
    def read(cls, loss: Rowwise, hidden: Tensor, target: Tensor, options: Options) -> _Rows:
        """Check what a call says of its rows, and find those that count."""
        loss._check_options(options)
        is_index = target.dim() < hidden.dim()
        ignored = options["ignore_index"]
        if ignored is not None and not is_index:
            raise TargetError(f"target has rows over the classes, so ignore_index={ignored} means nothing; write mask=")
        weight, mask = (
            None if v is None else tensor_of(v, name, like=hidden)
            for name, v in (("sample_weight", options["weight"]), ("mask", options["mask"]))
        )
        kept = None if ignored is None else target != ignored
        counts = weighting(hidden.shape[:-1], compute_dtype(hidden), weight, mask, kept, called="sample_weight")
        return cls(
            loss,
            class_indices(target).flatten() if is_index else target.reshape(-1, target.shape[-1]),
            None if counts.weight is None else counts.weight.flatten(),
            _positions(counts.present),
            {"class_weight": options["class_weight"], "class_counts": options["class_counts"]},
        )

    def values(self, scores: Tensor, part: slice) -> Tensor:
        """The losses of some rows."""
        losses: Tensor = self.loss(scores, self._of(self.target, part), reduction="none", **self._options(part))
        return losses

    def slope_over(self, scores: Tensor, part: slice) -> Tensor:
        """The sum of the losses of some rows; its slope is written over their scores."""
        target, options = self._of(self.target, part), self._options(part)
        total: Tensor = self.loss(scores, target, reduction="sum", inplace=True, **options)
        return total

    def denominator(self, normalizer: float | Tensor | None, dtype: torch.dtype, part: int) -> float | Tensor:
        """What the sum of their losses is divided by for the mean; so many rows at a time."""
        weights = self.classes["class_weight"]
        count = len(self.target if self.present is None else self.present)
        counts = torch.ones(count, dtype=dtype, device=self.target.device)
        if weights is not None and normalizer is None:
            of_class = tensor_of(weights, "class_weight", like=self.target).to(dtype)
            for start in range(0, count, part):
                target = self._of(self.target, slice(start, start + part))
                if target.dim() == 1:  # a label that is no class has made the sum NaN, or an error
                    counts[start : start + part] = of_class[target.clamp(0, len(of_class) - 1)]
                else:
                    counts[start : start + part] = target.to(dtype) @ of_class
        return denominator(counts, counts, Weighting(self._options(slice(None))["weight"], None), normalizer)

    def _options(self, part: slice) -> Options:
        weight = None if self.weight is None else self._of(self.weight, part)
        return {"weight": weight, **self.classes}

    def _of(self, array: Tensor, part: slice) -> Tensor:
        return array[part] if self.present is None else array.index_select(0, self.present[part])


def _positions(present: Tensor | None) -> Tensor | None:
    """Where it is True, unless it is so everywhere. Reads how many there are, which a GPU waits for."""
    if present is None:
        return None
    found = present.flatten().nonzero().squeeze(1)
    return None if len(found) == present.numel() else found


def _head(rows: _Rows, hidden: Tensor, weight: Tensor, is_summed: bool, budget: int | None) -> linear.Head:
    """What is computed of the scores, and of how many rows at once, so that the budget holds."""
    device = hidden.device.type
    is_cast = torch.is_autocast_enabled(device) and hidden.dtype != torch.float64
    dtype = torch.get_autocast_dtype(device) if is_cast else hidden.dtype
    if budget is None:
        budget = BUDGET_ON_CPU if device == "cpu" else BUDGET_ELSEWHERE
    of_scores = len(weight) * linear.bytes_of_product(dtype, hidden.device)
    of_loss = len(weight) * HELD_BY_A_LOSS * linear.accumulated_in(dtype).itemsize
    if budget < of_scores + of_loss:
        raise LossmithError(
            f"memory_budget={budget} bytes, but one row of {len(weight)} scores takes up to {of_scores + of_loss}; "
            "write at least that"
        )
    part = max(1, budget // 4 // of_loss)
    chunk = (budget - part * of_loss) // of_scores
    # chunks of nearly equal size
    chunk = -(-len(hidden) // -(-len(hidden) // chunk)) if len(hidden) else 1

    return linear.Head(rows.values, rows.slope_over, is_summed, dtype, chunk, min(part, chunk))


def _check(hidden: Tensor, weight: Tensor, target: Tensor, bias: Tensor | None, loss: Rowwise) -> None:
    """Raise where layer, target and loss do not belong together; by shapes and dtypes alone."""
    for name, given in (("hidden", hidden), ("weight", weight), ("target", target), ("bias", bias)):
        if not isinstance(given, Tensor) and not (given is None and name == "bias"):
            raise LossmithError(
                f"{name} is a {type(given).__name__}; linear_cross_entropy takes tensors: write torch.as_tensor({name})"
            )
    if not isinstance(loss, Rowwise):
        raise LossmithError(
            f"loss={loss!r}; a configured loss of one class of several is expected, such as lm.CrossEntropy(); others "
            "take the scores: loss(F.linear(hidden, weight, bias), target)"
        )
    shapes = f"hidden has shape {tuple(hidden.shape)}, weight {tuple(weight.shape)}"
    if weight.dim() != 2 or hidden.dim() == 0 or hidden.shape[-1] != weight.shape[1]:
        is_turned = weight.dim() == 2 and hidden.dim() > 0 and hidden.shape[-1] == weight.shape[0]
        remedy = "write weight.t()" if is_turned else "the last axis of both has the features"
        raise ShapeError(f"{shapes}; (…, D) and (V, D) are expected, as in torch.nn.Linear: {remedy}")
    rows, classes = tuple(hidden.shape[:-1]), len(weight)
    if bias is not None and tuple(bias.shape) != (classes,):
        raise ShapeError(f"{shapes}, bias {tuple(bias.shape)}; a number for each class is expected, shape ({classes},)")
    if tuple(target.shape) not in (rows, (*rows, classes)):
        remedy = "write target.flatten()" if target.numel() == hidden.shape[:-1].numel() else "check the batch"
        raise ShapeError(
            f"{shapes}, target {tuple(target.shape)}; expected are {rows} for class indices or {(*rows, classes)} for "
            f"rows over the classes: {remedy}"
        )
    compute_dtype(hidden)
    dtypes = {t.dtype for t in (hidden, weight, bias) if t is not None}
    if len(dtypes) > 1 and (torch.float64 in dtypes or not torch.is_autocast_enabled(hidden.device.type)):
        raise DtypeError(
            f"hidden has dtype {hidden.dtype}, weight {weight.dtype}"
            + ("" if bias is None else f", bias {bias.dtype}")
            + f"; one for all is expected: write hidden.to({weight.dtype}), or call it under torch.autocast"
        )
