"""One denominator for a batch that is spread over processes and micro-batches."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch import distributed as dist

from lossmith.arrays import Array, tensor_of
from lossmith.errors import LossmithError, WeightError
from lossmith.kernels.dispatch import may_read_values


def global_normalizer(
    mask: Array | Sequence[Array], *, group: dist.ProcessGroup | None = None, accumulation: int = 1
) -> Tensor:
    """What to pass as ``normalizer=``, so that a step's gradient is that of the mean over its whole batch.

    The batch of one optimiser step may be spread over processes, whose gradients are *averaged* (DDP and FSDP do that),
    and over micro-batches, whose gradients add up. A mean of means is wrong where the parts count unequally; with this
    denominator the gradient, and the sum over micro-batches of the values averaged over processes, are those of one
    big batch. In a loop of your own do not divide the loss by the number of micro-batches.

    Every process of the group must call it, once a step; one that has nothing passes ``0``, an empty list or a mask
    that is ``False`` throughout, and still runs backward. Nothing is read back from a GPU.

    Args:
        mask: what counts in this process's part, of any shape: booleans, weights (times the class weight of the label,
            where there are class weights), or their number; or a list of these, one for each micro-batch of the step.
        group: the processes whose gradients are averaged: all of them, or what DDP has as ``process_group``. Without
            ``torch.distributed`` there is one.
        accumulation: by what the trainer itself divides each micro-batch's loss: the number of micro-batches in
            Lightning and in Accelerate, 1 in a loop of your own.

    Returns:
        A float64 scalar on the mask's device, above 0 even where nothing counts anywhere: the loss is 0 then. It is
        the sum over all processes and micro-batches, divided by the number of processes and by ``accumulation``.

    Raises:
        LossmithError: this process is not in the group, or ``accumulation`` comes with the mask of one micro-batch.
        WeightError: an amount is negative or not finite, as in labels that were passed for a mask.

    Example:
        >>> import torch, lossmith as lm
        >>> model, loss = torch.nn.Linear(3, 5), lm.CrossEntropy()  # under DDP: DistributedDataParallel(model)
        >>> optimiser = torch.optim.SGD(model.parameters())
        >>> step = [(torch.randn(4, 3), torch.tensor([1, -100, 0, 2])), (torch.randn(2, 3), torch.tensor([-100, 4]))]
        >>> normalizer = lm.global_normalizer([labels != -100 for _, labels in step])
        >>> for inputs, labels in step:
        ...     loss(model(inputs), labels, ignore_index=-100, normalizer=normalizer).backward()
        >>> optimiser.step()
        >>> normalizer.item()
        4.0
    """
    parts = list(mask) if isinstance(mask, list | tuple) else [mask]
    if not isinstance(accumulation, int) or isinstance(accumulation, bool) or accumulation < 1:
        raise LossmithError(f"accumulation={accumulation!r}; a number of micro-batches is expected, 1 or more")
    if accumulation > 1 and not isinstance(mask, list | tuple):
        raise LossmithError(
            f"accumulation={accumulation} with the mask of one micro-batch; all of the step make up the denominator: "
            "write global_normalizer([mask_1, mask_2, …], accumulation=…), or [count] for the step's own count"
        )
    with torch.no_grad():
        amounts = [_amount(part) for part in parts]
        total = torch.stack([a.to(amounts[0].device) for a in amounts]).sum() if amounts else torch.zeros(()).double()
        total, processes = _over_processes(total, group)
        return torch.where(total == 0, 1, total) / (processes * accumulation)


def _amount(part: Array) -> Tensor:
    amounts = tensor_of(part, "mask").detach()
    if may_read_values(amounts) and amounts.dtype != torch.bool:
        wrong = amounts[~(amounts.isfinite() & (amounts >= 0))]
        if len(wrong):
            raise WeightError(
                f"mask holds {wrong[0].item():g}; booleans, weights of 0 or more or a count are expected: for labels "
                "write labels != ignore_index"
            )
    # counts stay exact: float32 has no 2²⁴ + 1; Apple's GPUs have nothing else
    return amounts.sum(dtype=torch.float32 if amounts.device.type == "mps" else torch.float64)


def _over_processes(total: Tensor, group: dist.ProcessGroup | None) -> tuple[Tensor, int]:
    """The sum over the processes, and their number."""
    if not (dist.is_available() and dist.is_initialized()):
        return total, 1
    processes = dist.get_world_size(group)
    if processes < 1:
        raise LossmithError("this process is not in group=; pass the group over which its gradients are averaged")
    if dist.get_backend(group) == "nccl" and total.device.type == "cpu":
        total = total.cuda()  # NCCL sums on GPUs alone
    dist.all_reduce(total, group=group)
    return total, processes
