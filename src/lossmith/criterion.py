"""Any loss as a module of torch: the only wrapper."""

from __future__ import annotations

from typing import Any, Unpack

import torch
from torch import Tensor

from lossmith.arrays import tensor_of
from lossmith.call import OPTIONS, Options
from lossmith.errors import LossmithError
from lossmith.loss import Loss
from lossmith.reduction import Reduction, check_reduction


class Criterion(torch.nn.Module):
    """A loss with the arguments of its calls fixed, where a module is wanted: ``criterion(prediction, target)``.

    Args:
        loss: a configured loss.
        reduction: as in a call of the loss.
        **options: any option of a call (:class:`lossmith.call.Options`). ``class_weight`` and ``class_counts`` become
            buffers, which move with ``.to(device)`` and are saved in the ``state_dict``.

    Example:
        >>> import torch, lossmith as lm
        >>> criterion = lm.Criterion(lm.CrossEntropy(label_smoothing=0.1), ignore_index=-100)
        >>> round(float(criterion(torch.zeros(2, 4), torch.tensor([1, -100]))), 4)
        1.3863
    """

    class_weight: Tensor | None
    class_counts: Tensor | None

    def __init__(self, loss: Loss, *, reduction: Reduction = "mean", **options: Unpack[Options]) -> None:
        super().__init__()
        if not isinstance(loss, Loss):
            raise LossmithError(f"Criterion({loss!r}): a configured loss is expected, such as lm.Huber()")
        if unknown := set(options) - set(OPTIONS):
            raise LossmithError(f"Criterion has no option {', '.join(unknown)}; it has {', '.join(OPTIONS)}")
        check_reduction(reduction, None)
        self.loss = loss
        self.reduction: Reduction = reduction
        weights, counts = options.pop("class_weight", None), options.pop("class_counts", None)
        self.register_buffer("class_weight", None if weights is None else tensor_of(weights, "class_weight"))
        self.register_buffer("class_counts", None if counts is None else tensor_of(counts, "class_counts"))
        self.options: Options = options

    def forward(
        self,
        prediction: Tensor,
        target: Tensor,
        *,
        normalizer: float | Tensor | None = None,
        inplace: bool = False,
        **options: Unpack[Options],
    ) -> Tensor:
        """The loss of a batch; what is said here goes before what the criterion was made with."""
        merged: Options = {
            "class_weight": self.class_weight,
            "class_counts": self.class_counts,
            **self.options,
            **options,
        }
        value: Tensor = self.loss(
            prediction, target, reduction=self.reduction, normalizer=normalizer, inplace=inplace, **merged
        )
        return value

    def extra_repr(self) -> str:
        """The loss and what was fixed."""
        fixed: dict[str, Any] = {"reduction": self.reduction, **self.options}
        return ", ".join([repr(self.loss), *(f"{k}={v!r}" for k, v in fixed.items())])
