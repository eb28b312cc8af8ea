"""For all tests."""

import torch

# pytest runs as many workers as there are cores: more threads would only wait for each other
torch.set_num_threads(1)
