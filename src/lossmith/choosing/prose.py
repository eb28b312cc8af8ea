"""Numbers in words: the same everywhere in an advice."""

from __future__ import annotations

import math

from lossmith.loss import Loss


def number(value: float, digits: int = 3) -> str:
    """So many significant digits, with commas between thousands.

    Example:
        >>> number(28412.3), number(-0.012345), number(1.5e20)
        ('28,400', '−0.0123', '1.5e+20')
    """
    return _rounded(value, digits, ",").replace("-", "−", 1)


def literal(value: float, digits: int = 4) -> str:
    """The same as Python reads it.

    Example:
        >>> literal(106412.0), literal(-3.0)
        ('106_400', '-3')
    """
    return _rounded(value, digits, "_")


def percent(share: float) -> str:
    """A share, with two significant digits below 10 %.

    Example:
        >>> percent(0.574), percent(0.0213), percent(0.0), percent(1.57)
        ('57 %', '2.1 %', '0 %', '157 %')
    """
    return f"{100 * share:.0f} %" if abs(share) >= 0.0995 else f"{100 * share:.2g} %"


def configured(loss: Loss) -> str:
    """A loss as it is written, without the fields that are as they always are.

    Example:
        >>> import lossmith as lm
        >>> configured(lm.Huber(delta=0.5)), configured(lm.CrossEntropy())
        ('Huber(delta=0.5)', 'CrossEntropy()')
    """
    return f"{type(loss).__name__}({loss.configuration})"


def amount(value: float, unit: str) -> str:
    """A number with its unit, where there is one."""
    return f"{number(value)} {unit}".rstrip()


def _rounded(value: float, digits: int, separator: str) -> str:
    rounded = float(f"{value:.{digits}g}")
    if (rounded != 0 and not 1e-4 <= abs(rounded) < 1e15) or not math.isfinite(rounded):
        return f"{rounded:.{digits}g}"
    return f"{rounded:{separator}.15g}"
