"""The probes, one function an illness."""

from collections.abc import Callable, Iterator

from lossmith.auditing.case import Case
from lossmith.auditing.findings import Finding
from lossmith.auditing.probes import (
    amounts,
    choice,
    divergences,
    failures,
    gradients,
    held,
    link,
    numerics,
    reductions,
    second_derivatives,
    shapes,
    start,
    targets,
    terms,
)

Probe = Callable[[Case], Iterator[Finding]]

# from what is told by looking at numbers to what takes the model's gradients
PROBES: tuple[Probe, ...] = (
    *failures.PROBES,
    *link.PROBES,
    *targets.PROBES,
    *amounts.PROBES,
    *shapes.PROBES,
    *divergences.PROBES,
    *reductions.PROBES,
    *numerics.PROBES,
    *held.PROBES,
    *choice.PROBES,
    *gradients.PROBES,
    *terms.PROBES,
    *second_derivatives.PROBES,
    *start.PROBES,
)
