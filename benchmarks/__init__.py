"""Measurements of this repository: ``python -m benchmarks.first_use``; ``lossmith bench`` writes beside its results."""
