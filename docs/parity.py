"""The generated sections of the page "The same numbers": the records of tests/peers, whose calls the tests run.

No peer is imported here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sections import address, table

import lossmith as lm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from peers import PEERS
from peers.record import Parity, Peer

__all__ = ["parity_overview", "parity_tables"]
ORDER = {cls.__name__: i for i, cls in enumerate(lm.ALL)}  # a module with weights of its own is not among them


def parity_overview() -> str:
    """A line for each loss that a peer has, a column for each peer."""
    rows = [[_linked(cls.__name__), *(_mark(cls.__name__, peer) for peer in PEERS)] for cls in lm.ALL]
    return table(["loss", *(peer.title for peer in PEERS)], [row for row in rows if any(row[1:])])


def _mark(loss: str, peer: Peer) -> str:
    records = [parity for parity in peer.parities if parity.loss == loss]
    if not records:
        return ""
    return "by convention" if all(parity.convention for parity in records) else "the same"


def parity_tables() -> str:
    """A chapter for each peer: its calls beside ours, and where its answer is another."""
    return "\n".join(
        f"## {peer.title}\n\n{_code(peer.imports)}\n{_parities(peer.parities)}{_differences(peer)}" for peer in PEERS
    )


def _parities(parities: Sequence[Parity]) -> str:
    rows = (
        [_linked(parity.loss), f"`{parity.theirs}`", f"`{parity.ours}`", parity.convention]
        for parity in sorted(parities, key=lambda parity: ORDER.get(parity.loss, len(ORDER)))
    )
    return table(["loss", "theirs", "ours, with the same number", "what differs from our plain call"], rows)


def _linked(loss: str) -> str:
    return f"[{loss}]({address(getattr(lm, loss)())})" if loss in ORDER else loss


def _differences(peer: Peer) -> str:
    if not peer.differences:
        return ""
    rows = (
        [d.what, f"`{d.answers[0]}`", f"`{d.answers[1]}`", f"{d.why} ({d.thread})" if d.thread else d.why]
        for d in peer.differences
    )
    calls = "\n".join(f"{d.theirs}\n{d.ours}\n" for d in peer.differences)
    answers = table(["asked", peer.title, "Lossmith", "why"], rows)
    code = _code("\n".join(part for part in (peer.setting, calls) if part))
    return f"\nWhere the answers differ:\n\n{answers}\nThe calls, in the table's order:\n\n{code}"


def _code(code: str) -> str:
    return f"```py\n{code.rstrip()}\n```\n"
