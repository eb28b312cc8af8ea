"""Kernels for a GPU, generated for Triton from the formula: Triton is imported here and nowhere else."""
