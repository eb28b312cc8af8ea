"""For the tests of those who train: a model and its loss are sound, or the test says what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lossmith.auditing import audit


def assert_sound(
    model: Callable[..., Any], loss: Callable[[Any, Any], Any], inputs: Any, target: Any, *, ignore: Iterable[str] = ()
) -> None:
    """Raise an AssertionError with the findings where an audit finds an error or a warning.

    Args:
        model: as in :func:`lossmith.audit`.
        loss: as there.
        inputs: as there.
        target: as there.
        ignore: codes of findings that are intended.

    Example:
        >>> import torch, lossmith as lm
        >>> inputs, target = torch.randn(32, 4), torch.arange(32) % 3
        >>> lm.testing.assert_sound(torch.nn.Linear(4, 3), lm.CrossEntropy(), inputs, target)
    """
    report = audit(model, loss, inputs, target, ignore=ignore)
    if not report.ok:
        raise AssertionError(f"the audit found:\n{report}")
