"""The diagonal of a Hessian, where the predictions along one axis act on each other."""

import torch
from torch import Tensor


def diagonal_over(gradient: Tensor, scores: Tensor, axis: int) -> Tensor:
    """∂gradientⱼ/∂scoreⱼ for each j along ``axis``, one backward pass a j; other elements do not act on each other."""
    diagonal = torch.zeros_like(scores)
    for j in range(scores.shape[axis]):
        (row,) = torch.autograd.grad(gradient.select(axis, j).sum(), scores, retain_graph=True, allow_unused=True)
        if row is not None:
            diagonal.select(axis, j).copy_(row.select(axis, j))
    return diagonal
