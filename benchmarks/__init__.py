"""Ours against torch: pairs in one process, in turn, on the same data. ``python -m benchmarks``."""

import os

os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # torch's profiler, which measures the memory, talks to the terminal
