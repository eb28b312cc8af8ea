"""Why each wrong use of a loss hurts, measured: ``python docs/harms.py [LM101 …]`` writes docs/measured/codes.json.

Each example of `docs/codes` is trained as it is and mended, from the same seeds, and judged on the same new rows.
All of them take about a minute.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
from audited import MEASURED, examples
from judging import Program
from measure import plain

SEEDS = 5


def harm(example: ModuleType) -> dict[str, Any]:
    """The figures of each seed, as it is and mended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of shapes that do not belong together
        return _both(example)


def _both(example: ModuleType) -> dict[str, Any]:
    return {
        "training": example.MEASURED.described,
        "wrong": _figures(lambda seed: _trained(example.wrong, example, seed)),
        "mended": _figures(lambda seed: example.MEASURED(example.mended, example.data, seed)),
    }


def _trained(program: Program, example: ModuleType, seed: int) -> dict[str, Any]:
    try:
        return dict(example.MEASURED(program, example.data, seed))
    except Exception as error:  # of the loss: to be refused is the mildest harm there is
        return dict.fromkeys(example.MEASURED.figures, f"raises {type(error).__name__}")


def _figures(run: Callable[[int], dict[str, Any]]) -> dict[str, list[Any]]:
    runs = [run(seed) for seed in range(SEEDS)]
    return {name: [each[name] for each in runs] for name in runs[0]}


def main(codes: list[str]) -> None:
    """Measure these, or all, and write them down beside the others."""
    known = examples()
    if unknown := set(codes) - set(known):
        raise SystemExit(f"There is no example of {', '.join(unknown)} in docs/codes.")
    torch.set_num_threads(1)
    found = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {}
    for code in codes or known:
        found[code] = plain(harm(known[code]))
        print(code, found[code]["wrong"], found[code]["mended"], flush=True)
    content = json.dumps({code: found[code] for code in sorted(found) if code in known}, indent=1, ensure_ascii=False)
    MEASURED.write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
