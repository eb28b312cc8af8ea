"""Explain a loss: its formula, its curve, its traits, its numbers at a point; and how a network is trained with it."""

from lossmith.explaining.explanation import Explanation, Point, explain
from lossmith.explaining.loop import Step, TrainingLoop, Weights, training_loop

__all__ = ["Explanation", "Point", "Step", "TrainingLoop", "Weights", "explain", "training_loop"]
