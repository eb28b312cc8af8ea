"""How fast: ours against torch, in turn, with memory, first calls and targets."""

from lossmith.benching.benchmark import bench
from lossmith.benching.figures import Results

__all__ = ["Results", "bench"]
