"""What the file of a peer holds: calls of the peer beside calls of ours, as a reader would type them.

The calls are strings, and the tests run these very strings: what the page of the parity tables shows is what was
compared. Nothing of a peer is imported before one of its calls is run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parity:
    """Two calls with one number: value and gradient agree on random inputs.

    Args:
        theirs: the peer's call. It speaks of the inputs by the names that ``peers.inputs`` gives them.
        ours: the call of Lossmith, with the arguments and factors that it takes to get that number.
        inputs: their kind, a name of ``peers.inputs.KINDS``.
        convention: by what the peer's number differs from that of our plain call; empty where it does not.
        plain: our plain call, which gives another number; there where a convention is.
        each: whether the losses of the elements are compared too.
        shifted: whether the values differ by terms of the target alone, so that slopes and comparisons are the same.
        tolerance: where it is wider than that of the peer; the reason stands beside it.
    """

    theirs: str
    ours: str
    inputs: str = "real"
    convention: str = ""
    plain: str = ""
    each: bool = True
    shifted: bool = False
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        if bool(self.convention) != bool(self.plain):
            raise ValueError(f"{self.theirs}: a convention and our plain call belong together")

    @property
    def loss(self) -> str:
        """The class of our loss."""
        return re.findall(r"lm\.([A-Z]\w+)\(", self.ours)[0]


@dataclass(frozen=True)
class Difference:
    """Two calls with two answers, where ours is the right one.

    Args:
        what: the situation.
        theirs: the peer's call.
        ours: the same question, put to Lossmith.
        answers: the peer's and ours: six digits, or the name of the error.
        why: what the peer does, and what is done here.
        thread: where its users speak of it, as "pytorch #8062"; empty where it was found by running it.
    """

    what: str
    theirs: str
    ours: str
    answers: tuple[str, str]
    why: str
    thread: str = ""


def with_no_reduction(call: str) -> str:
    """The call of a function, with ``reduction="none"`` as its last argument."""
    return call.removesuffix(")").removesuffix(', reduction="mean"') + ', reduction="none")'


def made_with_no_reduction(call: str) -> str:
    """The call of an object, made with ``reduction="none"`` as its last argument."""
    made, _, called = call.partition(")(")
    return f'{made}{"" if made.endswith("(") else ", "}reduction="none")({called}'


@dataclass(frozen=True, eq=False)
class Peer:
    """A library whose numbers ours are compared with.

    Args:
        title: as it writes itself.
        package: what has to be installed.
        imports: the statements that bring in what its calls speak of.
        parities: calls with the same number.
        differences: calls with another one.
        setting: statements that make the inputs of the differences.
        names: what the calls speak of, where that cannot be had by ``imports`` here.
        arrays: what its functions take: ``"torch"``, ``"jax"`` or ``"numpy"``, which has no gradients.
        unreduced: makes a call of it give the losses of the elements; ``None`` where there is no rule for that.
        slope: makes a call of it give the slopes of the elements, where arrays have no gradients.
        context: what to be within while it is called.
        warnings: what it warns of while it is imported and called: beginnings of messages and their categories.
        shape: of the predictions, where an element has one score.
        tolerance: relative to the largest number.
    """

    title: str
    package: str
    imports: str
    parities: Sequence[Parity]
    differences: Sequence[Difference] = ()
    setting: str = ""
    names: Callable[[], dict[str, Any]] | None = None
    arrays: str = "torch"
    unreduced: Callable[[str], str] | None = with_no_reduction
    slope: Callable[[str], str] | None = None
    context: Callable[[dict[str, Any]], AbstractContextManager[Any]] = nullcontext
    warnings: Sequence[tuple[str, type[Warning]]] = ()
    shape: tuple[int, ...] = (7, 3)
    tolerance: float = 1e-10
