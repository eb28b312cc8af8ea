"""What stands after the loss's name on the command line: a point, and a flag for each hyper-parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lossmith.call import ANY_GIVEN, Given
from lossmith.errors import LossmithError


def split(words: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """The numbers of a point, and the hyper-parameters by field.

    Raises:
        LossmithError: a word is no number, or there are not exactly two numbers or none.

    Example:
        >>> split(["12e6", "10e6", "--delta", "2"])
        ([12000000.0, 10000000.0], {'delta': 2.0})
    """
    point: list[Any] = []
    fields: dict[str, Any] = {}
    remaining = list(words)
    while remaining:
        word = remaining.pop(0)
        if not word.startswith("--"):
            point.append(_number_or_row(word))
            continue
        name, equals, value = word.removeprefix("--").partition("=")
        if not equals and not remaining:
            raise LossmithError(f"{word} has no value; write {word} NUMBER")
        fields[name.replace("-", "_")] = _number_or_word(value if equals else remaining.pop(0))
    if len(point) not in (0, 2):
        raise LossmithError(f"{len(point)} number(s) given; a point is PREDICTION TARGET, or leave both out")
    return point, fields


def given(value: str) -> Given:
    """The value of ``--given``, checked."""
    if value not in ANY_GIVEN:
        raise LossmithError(f"--given {value}: write one of {', '.join(ANY_GIVEN)}")
    return value


def _number_or_row(word: str) -> Any:
    """``2`` is a whole number (a label may be meant), ``2.0`` a real one, ``2,-1`` a row."""
    if "," in word:
        return [_number_or_row(part) for part in word.split(",")]
    try:
        return int(word) if word.lstrip("+-").isdigit() else float(word)
    except ValueError:
        raise LossmithError(f"{word!r} is no number; write PREDICTION TARGET as in 0.1 1, or 2,-1,0.5 0") from None


def _number_or_word(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
