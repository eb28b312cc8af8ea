"""Whom ours is measured against, by name; those alone that are there."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import torch
import torch.nn.functional as F

from lossmith.benching.subjects import LINEAR, Call, Work

OURS = "lossmith"
EAGER, COMPILED, HUGE_PAGES = "torch eager", "torch.compile", "eager, huge pages"
LIGER, CUT, QUACK = "Liger-Kernel", "cut-cross-entropy", "QuACK"

# package → (name, the losses it has: module, function, how it is called)
_ON_GPU: dict[str, dict[str, tuple[str, str, dict[str, Any]]]] = {
    LIGER: {
        "cross_entropy": ("liger_kernel.transformers.functional", "liger_cross_entropy", {}),
        "kl_divergence": ("liger_kernel.transformers.functional", "liger_kl_div", {"reduction": "batchmean"}),
        LINEAR: ("liger_kernel.transformers.functional", "liger_fused_linear_cross_entropy", {}),
    },
    CUT: {LINEAR: ("cut_cross_entropy", "linear_cross_entropy", {})},
    QUACK: {
        "cross_entropy": ("quack.cross_entropy", "cross_entropy", {"reduction": "mean"}),
        LINEAR: ("quack.linear_cross_entropy", "chunked_linear_cross_entropy", {"reduction": "mean"}),
    },
}


def names(work: Work) -> list[str]:
    """Those that run beside ours in one process."""
    own = list(_torchs_own_linear()) if work.loss == LINEAR else []
    return [EAGER, COMPILED, *own, *(_on_gpu(work.loss) if work.device == "cuda" else ())]


def call_of(work: Work, side: str) -> Call:
    """One side by its name, ours or a peer's; compiled for this very shape, which is the best it can get."""
    subject = work.subject
    if side == COMPILED:
        return torch.compile(subject.torchs, dynamic=False)
    return {OURS: subject.ours, EAGER: subject.torchs, **_torchs_own_linear(), **_on_gpu(work.loss)}[side]


def missing_on_gpu() -> list[str]:
    """The libraries for GPUs that are not installed."""
    packages = {LIGER: "liger_kernel", CUT: "cut_cross_entropy", QUACK: "quack"}
    return [name for name, package in packages.items() if importlib.util.find_spec(package) is None]


def _on_gpu(loss: str) -> dict[str, Call]:
    missing = missing_on_gpu()
    return {name: _later(*losses[loss]) for name, losses in _ON_GPU.items() if loss in losses and name not in missing}


def _later(module: str, name: str, options: dict[str, Any]) -> Call:
    """The function of a library that is imported when it is first called: what then goes wrong is said in the table."""

    def call(*arguments: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*arguments, **options)

    return call


def _torchs_own_linear() -> dict[str, Call]:
    """``F.linear_cross_entropy``, where torch has it: as it is called by default, and in chunks."""
    own: Any = getattr(F, "linear_cross_entropy", None)
    if own is None:
        return {}
    chunked = torch.nn.LinearCrossEntropyOptions()
    return {
        "F.linear_cross_entropy": own,
        "F.linear_cross_entropy, chunked": lambda *arguments: own(*arguments, options=chunked),
    }
