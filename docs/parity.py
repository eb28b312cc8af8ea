"""The generated sections of the page "The same numbers": the records of tests/peers, whose calls the tests run.

No peer is imported here.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sections import address, table

import lossmith as lm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from peers import PEERS
from peers.record import Parity, Peer

__all__ = ["parity_overview", "parity_tables"]
ORDER = {cls.__name__: i for i, cls in enumerate(lm.ALL)}  # a module with weights of its own is not among them


def parity_overview() -> str:
    """A line for each loss: who has it, with the same number or by a convention; and those that nobody has."""
    rows, alone = [], []
    for name in ORDER:
        having = {peer: [parity for parity in peer.parities if parity.loss == name] for peer in PEERS}
        having = {peer: parities for peer, parities in having.items() if parities}
        plain = [peer for peer, parities in having.items() if not all(parity.convention for parity in parities)]
        others = [peer for peer in having if peer not in plain]
        if having:
            rows.append([_linked(name), *(", ".join(peer.title for peer in peers) for peers in (plain, others))])
        else:
            alone.append(_linked(name))
    found = table(["loss", "the same number", "another one, by a convention"], rows)
    return f"{found}\nNone of these libraries has: {', '.join(alone)}.\n"


def parity_tables() -> str:
    """A chapter for each peer: its calls beside ours, and where its answer is another."""
    return "\n".join(
        f"## {peer.title}\n\n{_code(peer.imports)}\n{_parities(peer)}{_differences(peer)}" for peer in PEERS
    )


def _parities(peer: Peer) -> str:
    parities = sorted(peer.parities, key=lambda parity: ORDER.get(parity.loss, len(ORDER)))
    rows = dict.fromkeys(
        _calls(parity) for parity in parities
    )  # a call that is tried with several inputs is shown once
    return _wide(table([peer.title, "Lossmith", "convention"], rows))


def _calls(parity: Parity) -> tuple[str, str, str]:
    notes = [parity.convention, "the values differ by terms of the target alone" if parity.shifted else ""]
    return f"`{parity.theirs}`", _linked(parity.loss, f"`{parity.ours}`"), "; ".join(note for note in notes if note)


def _linked(loss: str, text: str = "") -> str:
    return f"[{text or loss}]({address(getattr(lm, loss)())})" if loss in ORDER else text or loss


def _differences(peer: Peer) -> str:
    if not peer.differences:
        return ""
    rows = (
        [d.what, f"`{d.answers[0]}`", f"`{d.answers[1]}`", f"{d.why} ({d.thread})" if d.thread else d.why]
        for d in peer.differences
    )
    calls = "\n".join(f"{d.theirs}\n{d.ours}\n" for d in peer.differences)
    answers = _wide(table(["asked", peer.title, "Lossmith", "why"], rows))
    code = _code("\n".join(part for part in (peer.setting, calls) if part))
    return f"\nWhere the answers differ:\n\n{answers}\nThe calls, in the table's order:\n\n{code}"


def _wide(text: str) -> str:
    """A table whose calls may wrap."""
    return f'<div class="calls" markdown>\n\n{text}\n</div>\n'


def _code(code: str) -> str:
    return f"```py\n{code.rstrip()}\n```\n"
