"""Words in a row, as sentences have them."""

from __future__ import annotations

from collections.abc import Sequence


def listed(words: Sequence[str], last: str = "and") -> str:
    """The words with commas between them, the last two joined by ``last``.

    Example:
        >>> listed(["mse", "mae", "huber"]), listed(["mse"]), listed([])
        ('mse, mae and huber', 'mse', '')
    """
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} {last} {words[-1]}"
