"""What the textbook says of losses, tested: each claim an experiment that anyone can run again.

>>> from lossmith import claims
>>> result = claims.ALL[0].test(seed=0, quick=True)
>>> result.sentence
'MSE penalises large errors more; MAE treats all alike; Huber is between.'
>>> print(result.verdict)
holds under conditions
"""

from collections.abc import Sequence

from lossmith.claims import (
    clean,
    divergence,
    generalising,
    labels,
    margin,
    optimum,
    outliers,
    penalties,
    saturation,
    speed,
    wrong,
)
from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture, Result, Verdict, verdict_of
from lossmith.claims.report import save
from lossmith.errors import ParameterError

ALL = (
    penalties.CLAIM,
    outliers.CLAIM,
    optimum.CLAIM,
    speed.CLAIM,
    saturation.CLAIM,
    clean.CLAIM,
    margin.CLAIM,
    divergence.CLAIM,
    wrong.CLAIM,
    labels.CLAIM,
    generalising.CLAIM,
)

__all__ = [
    "ALL",
    "Check",
    "Claim",
    "Evidence",
    "Figure",
    "Line",
    "Picture",
    "Result",
    "Verdict",
    "save",
    "select",
    "verdict_of",
]


def select(numbers: Sequence[int] = ()) -> tuple[Claim, ...]:
    """The claims of these numbers, or all."""
    known = {claim.number: claim for claim in ALL}
    unknown = [number for number in numbers if number not in known]
    if unknown:
        raise ParameterError(f"There is no claim {unknown[0]}: write one or more of {', '.join(map(str, known))}.")
    return tuple(known[number] for number in numbers) if numbers else ALL
