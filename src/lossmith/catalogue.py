"""Look losses up: by name, or by what they are."""

from __future__ import annotations

import dataclasses
import difflib
from typing import Any

from lossmith.errors import LossmithError, ParameterError, UnknownLossError
from lossmith.loss import Loss
from lossmith.losses import ALL
from lossmith.traits import TRAITS, Traits


def find(name: str, **parameters: Any) -> Loss:
    """A configured loss from its name in snake_case (``"huber"``) or its class's name (``"Huber"``).

    Raises:
        UnknownLossError: no loss has the name; the message has the nearest ones.
        ParameterError: the loss has no such hyper-parameter, or not with this value.

    Example:
        >>> import lossmith as lm
        >>> lm.find("huber", delta=2.0)
        Huber(delta=2.0)
    """
    found = next((cls for cls in ALL if name in (cls.name, cls.__name__)), None)
    if found is None:
        names = [cls.name for cls in ALL]
        near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.4)
        raise UnknownLossError(
            f"no loss is called {name!r}; "
            + (f"near: {', '.join(near)}; " if near else "")
            + (f"all: {', '.join(names)}")
        )
    try:
        return found(**parameters)
    except TypeError:
        known = [f.name for f in dataclasses.fields(found)]
        unknown = ", ".join(sorted(set(parameters) - set(known)))
        has = ", ".join(known) or "none"
        raise ParameterError(f"{found.__name__} has no hyper-parameter {unknown}; it has: {has}") from None


def select(text: str = "", /, **wanted: Any) -> tuple[Loss, ...]:
    """The losses of the catalogue, as they come, that speak of ``text`` and whose traits have the wanted values.

    Args:
        text: words that all occur in what a loss says of itself: its name, summary, when, relatives …
        **wanted: any trait: ``task="regression"``, ``robust=True``, ``elicits="median"``; a target by the name of its
            coding, ``target="count"``, a link by its own, ``link="log"``.

    Raises:
        LossmithError: there is no such trait; the message lists those there are.

    Example:
        >>> import lossmith as lm
        >>> [loss.name for loss in lm.select("stock delivery times")]
        ['quantile']
    """
    if unknown := sorted(set(wanted) - set(TRAITS)):
        raise LossmithError(f"no trait is called {', '.join(unknown)}; the traits are {', '.join(TRAITS)}")
    words = text.lower().replace("_", " ").split()
    return tuple(loss for loss in (cls() for cls in ALL) if _speaks_of(loss, words) and _has(loss.traits, wanted))


def _speaks_of(loss: Loss, words: list[str]) -> bool:
    said = f"{loss.name} {type(loss).__name__} {type(loss).__doc__}".lower().replace("_", " ")
    return all(word in said for word in words)


def _has(traits: Traits, wanted: dict[str, Any]) -> bool:
    values = ((getattr(traits, name), value) for name, value in wanted.items())
    return all(value in (found, getattr(found, "name", found)) for found, value in values)
