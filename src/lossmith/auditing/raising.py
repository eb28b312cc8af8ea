"""An error of the user's own code: what was raised, and what to write where it is known."""

from __future__ import annotations

import torch

_REMEDIES = {
    "cuda": 'this machine has no GPU: write device = "cuda" if torch.cuda.is_available() else "cpu", and .to(device).',
    "pickle": "what cannot be pickled cannot be copied or saved whole: build the model in the function, and pass its "
    "numbers on: model.load_state_dict(torch.load(path)).",
}


def told(error: Exception) -> str:
    """The error in one line."""
    said = f"{type(error).__name__}: {error}"
    remedy = _remedy(said.lower())
    return f"{said.rstrip('.')}; {remedy}" if remedy else said


def _remedy(said: str) -> str | None:
    if ("cuda" in said or "nvidia" in said) and not torch.cuda.is_available():
        return _REMEDIES["cuda"]
    return _REMEDIES["pickle"] if "pickl" in said else None
