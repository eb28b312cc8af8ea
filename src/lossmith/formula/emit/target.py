"""What a target of the printer has to offer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Target:
    """An array library: the words that it knows by itself; every other word is spelled out in these.

    Args:
        name: for messages and keys.
        words: each word that it has, by name. ``where`` takes a fourth argument, an array of the dtype to
            compute in: both branches may be plain numbers.
        is_nan: elementwise, of an array.
        finish: applied to the emitted function.
    """

    name: str
    words: Mapping[str, Callable[..., Any]]
    is_nan: Callable[[Any], Any]
    finish: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda function: function
