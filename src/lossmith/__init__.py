"""Lossmith: every loss function from one formula — computed, checked, chosen, compared and shown."""

from typing import TYPE_CHECKING, Any

from lossmith import losses
from lossmith.catalogue import find, select
from lossmith.combine import SumOf, sum_of
from lossmith.criterion import Criterion
from lossmith.errors import LossmithError
from lossmith.families import Axiswise, Classwise, Divergence, Likelihood, Margin, Paired, Residual, Rowwise, Setwise
from lossmith.fields import Factor, Level, NonNegative, Positive, Range, Real, Smoothing
from lossmith.fused import explain_path
from lossmith.kernels.cpu.buffers import empty_cache
from lossmith.last_layer import linear_cross_entropy
from lossmith.learned import AdaptiveBarron, ArcFace
from lossmith.loss import Loss
from lossmith.losses import *
from lossmith.normalizing import global_normalizer
from lossmith.traits import Traits

if TYPE_CHECKING:
    from lossmith.auditing import audit, audit_call
    from lossmith.choosing import choose
    from lossmith.comparing import compare
    from lossmith.explaining import training_loop
    from lossmith.surfaces import curvature, surface
    from lossmith.watching import watch

__version__ = "0.1.0"

__all__ = [
    "AdaptiveBarron",
    "ArcFace",
    "Axiswise",
    "Classwise",
    "Criterion",
    "Divergence",
    "Factor",
    "Level",
    "Likelihood",
    "Loss",
    "LossmithError",
    "Margin",
    "NonNegative",
    "Paired",
    "Positive",
    "Range",
    "Real",
    "Residual",
    "Rowwise",
    "Setwise",
    "Smoothing",
    "SumOf",
    "Traits",
    "audit",
    "audit_call",
    "choose",
    "compare",
    "curvature",
    "empty_cache",
    "explain_path",
    "find",
    "global_normalizer",
    "linear_cross_entropy",
    "select",
    "sum_of",
    "surface",
    "training_loop",
    "watch",
]
__all__ += losses.__all__


def __getattr__(name: str) -> Any:
    """Rooms bring their libraries in at first use: this file loads torch and numpy alone."""
    if name in ("audit", "audit_call"):
        from lossmith import auditing

        return getattr(auditing, name)
    if name in ("claims", "testing"):
        import importlib

        return importlib.import_module(f"lossmith.{name}")
    if name == "choose":
        from lossmith.choosing import choose

        return choose
    if name == "compare":
        from lossmith.comparing import compare

        return compare
    if name in ("curvature", "surface"):
        from lossmith import surfaces

        return getattr(surfaces, name)
    if name == "training_loop":
        from lossmith.explaining import training_loop

        return training_loop
    if name == "watch":
        from lossmith.watching import watch

        return watch
    raise AttributeError(f"module 'lossmith' has no attribute {name!r}")
