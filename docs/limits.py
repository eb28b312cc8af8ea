"""Where the limits of the audit's probes lie between right uses and wrong ones: ``python docs/limits.py [LM101 …]``.

For each limit, networks and data of either side (`docs/sides`) are drawn, and the probes' own functions measure what
they compare with it. Writes docs/measured/limits.json; all of them take about two and a half minutes.
"""

from __future__ import annotations

import importlib
import json
import math
import sys
import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from drawn import Limit, Side, case_of, draws
from sections import table

__all__ = ["limits"]

DOCS = Path(__file__).resolve().parent
FILE = DOCS / "measured" / "limits.json"
MISPLACED = 0.02  # of the runs of a side
TIED = "\u00a0"  # a space at which no line ends


def known() -> list[Limit]:
    """All limits, by the codes that they decide."""
    files = sorted(path.stem for path in (DOCS / "sides").glob("*.py"))
    found = [limit for file in files for limit in importlib.import_module(f"sides.{file}").LIMITS]
    return sorted(found, key=lambda limit: limit.codes)


def swept(limit: Limit) -> dict[str, Any]:
    """The limit, and where each side lies."""
    right, wrong = measured(limit, limit.right), measured(limit, limit.wrong)
    sign = 1 if limit.finds == "above" else -1
    return {
        "limit": limit.value,
        "right": _side(limit.right, right, 0.99 if sign > 0 else 0.01),
        "wrong": _side(limit.wrong, wrong, 0.01 if sign > 0 else 0.99),
        "misplaced": misplaced(limit.finds, limit.value, right, wrong),
        "best": _best(limit.finds, right, wrong),
    }


def measured(limit: Limit, side: Side) -> list[float]:
    """What is compared with the limit in each run of a side that the probe can ask, in order."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of shapes that do not belong together
        found = [limit.measure(case_of(side, draw)) for draw in draws()]
    return sorted(value for value in found if value is not None and not math.isnan(value))


def _side(side: Side, values: list[float], end: float) -> dict[str, Any]:
    return {
        "is": " ".join((side.__doc__ or "").split()).rstrip("."),
        "runs": len(values),
        "middle": _quantile(values, 0.5),
        "end": _quantile(values, end),
    }


def misplaced(finds: str, limit: float, right: list[float], wrong: list[float]) -> list[float]:
    """The shares of right runs in which something is found, and of wrong ones in which nothing is."""
    sign = 1 if finds == "above" else -1
    blamed = sum(sign * value > sign * limit for value in right)
    missed = sum(sign * value <= sign * limit for value in wrong)
    return [round(blamed / len(right), 4), round(missed / len(wrong), 4)]


def _best(finds: str, right: list[float], wrong: list[float]) -> dict[str, Any]:
    """The limit that misplaces least, the shares of either side alike; amid the widest gap where there are several."""
    values = sorted({value for value in right + wrong if math.isfinite(value)})

    def rank(gap: tuple[float, float]) -> tuple[float, float]:
        low, high = gap
        return max(misplaced(finds, _middle(low, high), right, wrong)), low / high if low > 0 else 0.0

    middle = float(f"{_middle(*min(pairwise(values), key=rank)):.2g}")
    return {"limit": middle, "misplaced": misplaced(finds, middle, right, wrong)}


def _middle(low: float, high: float) -> float:
    return math.sqrt(low * high) if low > 0 else (low + high) / 2


def _quantile(values: list[float], share: float) -> float:
    """One of the values: infinite ones are no obstacle."""
    return float(f"{values[round(share * (len(values) - 1))]:.3g}")


def limits() -> str:
    """A line for each limit: where right uses lie, where it is, and where wrong ones lie."""
    kept = json.loads(FILE.read_text("utf-8"))
    headings = ["codes", "compared", "right uses", "limit", "wrong uses", "misplaced"]
    return table(headings, [_row(limit, kept[limit.name]) for limit in known()])


def _row(limit: Limit, kept: dict[str, Any]) -> list[str]:
    right, wrong = kept["right"], kept["wrong"]
    sign = {"above": ("≤", ">", "≥"), "below": ("≥", "<", "≤")}[limit.finds]
    return [
        limit.codes,
        limit.compared,
        f"{right['is']}: {sign[0]}{TIED}{_written(right['end'])}",
        f"{sign[1]}{TIED}{_written(kept['limit'])} `{limit.constant}`",
        f"{wrong['is']}: {sign[2]}{TIED}{_written(wrong['end'])}",
        _shares(kept["misplaced"]) + _better(kept),
    ]


def _shares(shares: list[float]) -> str:
    return " / ".join(("**{}**" if share > MISPLACED else "{}").format(f"{100 * share:.1f}{TIED}%") for share in shares)


def _better(kept: dict[str, Any]) -> str:
    """Another limit, where this one misplaces more than it must."""
    best = kept["best"]
    is_better = max(kept["misplaced"]) > max(MISPLACED, max(best["misplaced"]))
    return f"; at{TIED}{_written(best['limit'])}: {_shares(best['misplaced'])}" if is_better else ""


def _written(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.2g}".replace("-", "−")


def main(codes: list[str]) -> None:
    """Sweep the limits of these codes, or all, and write down what was found beside the others."""
    torch.set_num_threads(1)
    found = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    for limit in (everything := known()):
        if not codes or set(codes) & set(limit.codes.split(", ")):
            found[limit.name] = swept(limit)
            print(*_row(limit, found[limit.name]), sep=" | ", flush=True)
    kept = {limit.name: found[limit.name] for limit in everything if limit.name in found}
    FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
