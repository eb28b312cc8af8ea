"""Train the same network with different losses, from the same start and on the same batches, and say what came out."""

from lossmith.comparing.comparison import Comparison, compare
from lossmith.comparing.trial import Training

__all__ = ["Comparison", "Training", "compare"]
