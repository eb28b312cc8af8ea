"""A linear layer and a function of each row of its products, in chunks: the products are never stored whole.

Both gradients are computed in the pass that computes the values, while a chunk is at hand: the function writes the
slope of its sum over the products, and two more products make gradients of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

from lossmith.kernels.cpu.buffers import POOL

Given: TypeAlias = tuple[Tensor, Tensor, Tensor | None]  # hidden, weight and bias


@dataclass(frozen=True)
class Head:
    """The function of the products, shape (n, V), of the rows that a slice says.

    Args:
        values: its values, shape (n,), differentiable to any order.
        slope_over: their sum; the slope of the sum is written over the products.
        is_summed: whether the sum is wanted.
        dtype: of the products' factors.
        chunk: how many rows are multiplied at once.
        part: how many of them the function is given at once.
    """

    values: Callable[[Tensor, slice], Tensor]
    slope_over: Callable[[Tensor, slice], Tensor]
    is_summed: bool
    dtype: torch.dtype
    chunk: int
    part: int


def over_rows(hidden: Tensor, weight: Tensor, bias: Tensor | None, head: Head) -> Tensor:
    """The head of ``hidden @ weight.T + bias``: values of shape (N,), or their sum.

    Args:
        hidden: shape (N, D).
        weight: shape (V, D).
        bias: shape (V,).
        head: what is computed of the products.
    """
    given: Given = (hidden, weight, bias)
    if not (torch.is_grad_enabled() and any(t is not None and t.requires_grad for t in given)):
        return _values(given, head)
    value: Tensor = _Chunked.apply(*given, head)  # type: ignore[no-untyped-call]
    return value


def accumulated_in(dtype: torch.dtype) -> torch.dtype:
    """Half precision is added up in float32."""
    return torch.float64 if dtype == torch.float64 else torch.float32


def bytes_of_product(dtype: torch.dtype, device: torch.device) -> int:
    """What one product takes in a chunk, whose factors have this dtype."""
    return dtype.itemsize if _stored_in(dtype, device) == dtype else dtype.itemsize + 4


class _Chunked(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor | None, head: Head) -> Tensor:
        ctx.head, ctx.gradients = head, None
        ctx.save_for_backward(hidden, weight, bias)
        if not head.is_summed:
            return _values((hidden, weight, bias), head)
        value, ctx.gradients = _sum_and_gradients((hidden, weight, bias), head, ctx.needs_input_grad)
        return value

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Any:
        given, head, wanted = ctx.saved_tensors, ctx.head, ctx.needs_input_grad
        if torch.is_grad_enabled():
            return *_by_plain(given, head, wanted, upstream), None
        # handed over, not kept: autograd need not copy them; a second backward computes them again
        gradients, ctx.gradients = ctx.gradients, None
        if not head.is_summed:
            _, gradients = _sum_and_gradients(given, head, wanted, upstream)
        else:
            if gradients is None:
                _, gradients = _sum_and_gradients(given, head, wanted)
            for gradient in gradients:
                if gradient is not None:
                    gradient.mul_(upstream)
        return *(None if g is None else g.to(t.dtype) for g, t in zip(gradients, given, strict=True)), None


def _by_plain(given: Given, head: Head, wanted: Sequence[bool], upstream: Tensor) -> list[Tensor | None]:
    """The gradients with a graph of their own, for second derivatives; all products are stored."""
    hidden, weight, bias = given
    products = F.linear(hidden.to(head.dtype), weight.to(head.dtype), None if bias is None else bias.to(head.dtype))
    values = head.values(products, slice(0, len(hidden)))
    asked = [t for t, is_wanted in zip(given, wanted, strict=False) if t is not None and is_wanted]
    found = iter(torch.autograd.grad(values.sum() if head.is_summed else values, asked, upstream, create_graph=True))
    return [next(found) if is_wanted else None for is_wanted in wanted[:3]]


def _values(given: Given, head: Head) -> Tensor:
    hidden, weight, bias = given
    with torch.autocast(hidden.device.type, enabled=False):
        chunks = _chunks(hidden, weight.to(head.dtype), bias, head)
        values = torch.cat(
            [head.values(products, rows) for chunk in chunks for products, rows in chunk.parts(head.part)]
        )
    return values.sum() if head.is_summed else values


def _sum_and_gradients(
    given: Given, head: Head, wanted: Sequence[bool], upstream: Tensor | None = None
) -> tuple[Tensor, list[Tensor | None]]:
    """The sum, and its gradients by hidden, weight and bias; ``upstream``, shape (N,), multiplies each row's.

    That by hidden is in the dtype of the products' factors, the others in the dtype in which they are added up.
    """
    hidden, weight, bias = given
    adding = accumulated_in(head.dtype)
    by_hidden = _memory(hidden.shape, head.dtype, hidden.device) if wanted[0] else None
    by_weight = _memory(weight.shape, adding, weight.device) if wanted[1] else None
    by_bias = _memory((len(weight), 1), adding, weight.device) if wanted[2] else None
    each = hidden.new_ones((len(hidden), 1), dtype=adding) if upstream is None else upstream.unsqueeze(-1)
    sums = []
    with torch.autocast(hidden.device.type, enabled=False):
        weight = weight.to(head.dtype)
        for chunk in _chunks(hidden, weight, bias, head):
            sums += [head.slope_over(products, rows) for products, rows in chunk.parts(head.part)]
            if by_hidden is not None:
                found = torch.mm(chunk.slopes_as_factors(), weight, out=by_hidden[chunk.rows])
                if upstream is not None:
                    found.mul_(each[chunk.rows])
            if by_weight is not None:
                factors = chunk.factors if upstream is None else chunk.factors * each[chunk.rows]
                _add_product(by_weight, chunk, factors)
            if by_bias is not None:
                _add_product(by_bias, chunk, each[chunk.rows])
    return torch.stack(sums).sum(), [by_hidden, by_weight, None if by_bias is None else by_bias.squeeze(-1)]


@dataclass(frozen=True)
class _Chunk:
    """Some rows: their factors, shape (n, D), and products, shape (n, V); ``low`` is memory in the factors' dtype."""

    rows: slice
    factors: Tensor
    products: Tensor
    low: Tensor

    def parts(self, size: int) -> Iterator[tuple[Tensor, slice]]:
        """Fewer rows at a time, at least once."""
        count = len(self.products)
        for start in range(0, max(count, 1), size):
            end = min(start + size, count)
            yield self.products[start:end], slice(self.rows.start + start, self.rows.start + end)

    def slopes_as_factors(self) -> Tensor:
        """What was written over the products, in the dtype of the factors."""
        return self.products if self.low.dtype == self.products.dtype else self.low.copy_(self.products)


def _add_product(total: Tensor, chunk: _Chunk, factors: Tensor) -> None:
    """Add slopesᵀ · factors; the first chunk's is what there is."""
    is_first, slopes = chunk.rows.start == 0, chunk.products
    if slopes.dtype == total.dtype:
        total.addmm_(slopes.t(), factors.to(total.dtype), beta=0 if is_first else 1)
    else:
        product = slopes.t() @ factors.to(slopes.dtype)
        total.copy_(product) if is_first else total.add_(product)


def _chunks(hidden: Tensor, weight: Tensor, bias: Tensor | None, head: Head) -> Iterator[_Chunk]:
    """A chunk of rows at a time, always in the same memory; at least one."""
    size = (min(head.chunk, len(hidden)), len(weight))
    low = _memory(size, head.dtype, hidden.device)
    stored = _stored_in(head.dtype, hidden.device)
    products = low if stored == head.dtype else _memory(size, stored, hidden.device)
    bias = None if bias is None else bias.to(head.dtype)
    for start in range(0, max(len(hidden), 1), head.chunk):
        factors = hidden[start : start + head.chunk].to(head.dtype)
        n = len(factors)
        if bias is None:
            torch.mm(factors, weight.t(), out=low[:n])
        else:
            torch.addmm(bias, factors, weight.t(), out=low[:n])
        if products is not low:
            products[:n].copy_(low[:n])
        yield _Chunk(slice(start, start + n), factors, products[:n], low[:n])


def _stored_in(dtype: torch.dtype, device: torch.device) -> torch.dtype:
    """In what products are stored, and their slopes.

    A CPU multiplies half precision into half precision alone: slopes are float32, so that their sums are. A GPU would
    be slow at that.
    """
    return accumulated_in(dtype) if device.type == "cpu" else dtype


def _memory(shape: Sequence[int], dtype: torch.dtype, device: torch.device) -> Tensor:
    """A tensor with whatever the memory held; on a CPU from the pool, as fresh pages are slow."""
    return POOL.empty(shape, dtype) if device.type == "cpu" else torch.empty(shape, dtype=dtype, device=device)
