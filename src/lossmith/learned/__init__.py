"""Losses with parameters that are learned: modules of torch that hold a loss."""

from lossmith.learned.arcface import ArcFace
from lossmith.learned.barron import AdaptiveBarron

__all__ = ["AdaptiveBarron", "ArcFace"]
