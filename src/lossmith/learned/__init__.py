"""Losses with parameters that are learned: modules of torch that hold a loss."""

from lossmith.learned.arcface import ArcFace

__all__ = ["ArcFace"]
