"""What runs on the GPU, in Triton's language. A pointer that is None is not read or not written, and costs nothing."""
