"""For all tests."""

import gc
import os

import pytest
import torch

# pytest runs as many workers as there are cores: more threads would only wait for each other
torch.set_num_threads(1)
if not torch.cuda.is_available():
    # before anything imports Triton, which reads it then: its kernels run in an interpreter
    os.environ["TRITON_INTERPRET"] = "1"


def pytest_collection_finish() -> None:
    """The garbage collector need not look again and again at thousands of tests, nor at torch and SymPy."""
    gc.freeze()


@pytest.fixture(autouse=True)
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Formulas run on tensors, but in the files that are about kernels: compiling all of them would take an hour.

    What these files show is that each kernel gives the numbers of its formula on tensors, and of the oracle.
    """
    from lossmith.kernels import dispatch

    if request.node.get_closest_marker("kernels") is None:
        monkeypatch.setattr(dispatch, "KERNELS_ARE_OFF", True)
        monkeypatch.setenv("LOSSMITH_KERNELS", "off")  # for processes that are started
