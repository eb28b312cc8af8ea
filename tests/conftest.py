"""For all tests."""

import os

import torch

# pytest runs as many workers as there are cores: more threads would only wait for each other
torch.set_num_threads(1)
if not torch.cuda.is_available():
    # before anything imports Triton, which reads it then: its kernels run in an interpreter
    os.environ["TRITON_INTERPRET"] = "1"
