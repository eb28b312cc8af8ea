"""A loss that gives no value."""

from __future__ import annotations

from collections.abc import Iterator

from lossmith.auditing.case import Case
from lossmith.auditing.findings import Finding


def fails(case: Case) -> Iterator[Finding]:
    """The loss raises; another finding may know why."""
    error = case.scene.answer.error
    if error is not None:
        first = next(iter(str(error).splitlines()), "")
        yield Finding(
            "LM100",
            f"The loss raises {type(error).__name__}: {first}",
            {"error": type(error).__name__},
            "Read the message; Lossmith's losses say what to write instead.",
        )


PROBES = (fails,)
