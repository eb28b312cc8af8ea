"""What stands after the loss's name on the command line: a point, and a flag for each hyper-parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lossmith.call import ANY_GIVEN, Given
from lossmith.catalogue import select
from lossmith.errors import LossmithError


def split(words: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """The numbers of a point, and the hyper-parameters by field.

    Raises:
        LossmithError: a word is no number, or there are not exactly two numbers or none.

    Example:
        >>> split(["12e6", "10e6", "--delta", "2"])
        ([12000000.0, 10000000.0], {'delta': 2})
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


def wanted_traits(task: str | None, target: str | None, traits: Sequence[str]) -> dict[str, Any]:
    """What ``--task``, ``--target`` and ``--trait`` ask for: ``robust`` is ``robust=yes``.

    Raises:
        LossmithError: no loss has such a task or target; the message lists those there are.

    Example:
        >>> wanted_traits("regression", None, ["robust", "convex=no"])
        {'task': 'regression', 'robust': True, 'convex': False}
    """
    wanted: dict[str, Any] = {}
    losses = select()
    for name, value, known in (
        ("task", task, sorted({loss.traits.task for loss in losses})),
        ("target", target, sorted({loss.traits.target.name for loss in losses})),
    ):
        if value is not None and value not in known:
            raise LossmithError(f"--{name} {value}: no loss has it; write one of {', '.join(known)}")
        if value is not None:
            wanted[name] = value
    for trait in traits:
        name, equals, text = trait.partition("=")
        wanted[name.replace("-", "_")] = _number_or_word(text) if equals else True
    return wanted


def _number_or_word(text: str) -> Any:
    """``yes`` and ``no`` are truths, ``0.1,0.9`` is several numbers, what is no number is a word."""
    if text.lower() in ("yes", "true", "no", "false"):
        return text.lower() in ("yes", "true")
    if "," in text:
        return tuple(_number_or_word(part) for part in text.split(","))
    try:
        return int(text) if text.lstrip("+-").isdigit() else float(text)
    except ValueError:
        return text
