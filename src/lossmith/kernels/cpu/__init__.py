"""Kernels for the CPU, compiled by Numba from generated files: Numba is imported here and nowhere else."""
