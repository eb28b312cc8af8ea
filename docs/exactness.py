"""How exact each loss is: ``python docs/exactness.py [NAME …]`` tries all, or these; writes measured/exactness.json.

The points, the judge (mpmath) and the unit are those of ``tests/test_exactness.py``. All of the catalogue take minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

import lossmith as lm

__all__ = ["exactness"]  # the generated sections

DOCS = Path(__file__).resolve().parent
FILE = DOCS / "measured" / "exactness.json"
ORDERS = ("value", "slope", "curvature")
DTYPES = (torch.float64, torch.float32)


def worst(cls: type[lm.Loss]) -> dict[str, dict[str, float]]:
    """The largest error of value, slope and curvature in units, by dtype, over all parameters and points tried."""
    import places
    from catalogue import CASES

    found: dict[str, dict[str, float]] = {}
    for dtype in DTYPES:
        found[str(dtype).removeprefix("torch.")] = {
            name: round(max(max(places.units(*call, order, dtype)) for call in _calls(CASES[cls.name].settings)), 2)
            for order, name in enumerate(ORDERS)
        }
    return found


def _calls(settings: tuple[lm.Loss, ...]) -> Iterator[tuple[lm.Loss, str, str]]:
    import places

    return ((loss, *way) for loss in settings for way in places.ways(loss))


def exactness() -> str:
    """A line for each loss: its worst errors, as they were measured."""
    from sections import DEFAULTS, address, table

    measured = json.loads(FILE.read_text("utf-8"))
    rows = []
    for loss in DEFAULTS:
        units = [value for dtype in measured[loss.name].values() for value in dtype.values()]
        rows.append([f"[`{type(loss).__name__}`]({address(loss)})", *(f"{unit:.1f}" for unit in units)])
    headings = [f"{dtype} {order}" for dtype in ("float64", "float32") for order in ORDERS]
    return table(["loss", *headings], rows)


def main(names: list[str]) -> None:
    """Try these losses, or all, and write their errors down beside those of the others."""
    sys.path.insert(0, str(DOCS.parent / "tests"))
    known: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    for cls in lm.ALL:
        if not names or cls.name in names:
            known[cls.name] = worst(cls)
            kept = {cls.name: known[cls.name] for cls in lm.ALL if cls.name in known}
            FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            print(cls.name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
