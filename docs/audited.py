"""The page of the audit's codes: each with an example, what the audit says of it, what it costs, and the fix.

An example is a file of `docs/codes`. Its docstring says what the code is; `wrong` and `mended` give model, loss, inputs
and target, as `lm.audit` takes them, and `data` what both are made of, with the truth; `MEASURED` says what is measured
of them (by `docs/harms.py`), `HURTS` what comes of it, and `IGNORE` when it is intended.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import statistics
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

import lossmith as lm
from lossmith.auditing.codes import CODES, EXPLAINS

__all__ = ["codes", "judged"]

DOCS = Path(__file__).resolve().parent
MEASURED = DOCS / "measured" / "codes.json"


def examples() -> dict[str, ModuleType]:
    """The example of each code, in their order."""
    names = sorted(path.stem for path in (DOCS / "codes").glob("lm*.py"))
    return {name.upper(): importlib.import_module(f"codes.{name}") for name in names}


def audited(example: ModuleType, name: str) -> lm.auditing.Report:
    """What the audit says of a program of an example: "wrong" or "mended"."""
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of shapes that do not belong together
        return lm.audit(*getattr(example, name)())


def codes() -> str:
    """A section for each code."""
    measured = json.loads(MEASURED.read_text("utf-8"))
    return "\n".join(line for code, each in examples().items() for line in _section(code, each, measured[code]))


def judged() -> str:
    """How many of the labelled programs are judged rightly, of those tuned on and of the others."""
    figures = json.loads((DOCS / "measured" / "audit.json").read_text("utf-8"))
    lines = ["| programs | wrong ones found and named | right ones blamed |", "|---|---|---|"]
    for part, title in (("tuned", "tuned on"), ("reported", "kept aside")):
        wrong, right = figures[part]["wrong"], figures[part]["right"]
        named = wrong["right"] / wrong["runs"]
        blamed = 1 - right["right"] / right["runs"]
        lines.append(
            f"| {title} | **{100 * named:.1f} %** ({100 * wrong['low']:.1f}–{100 * wrong['high']:.1f}) of "
            f"{wrong['runs']} runs of {wrong['programs']} programs | **{100 * blamed:.1f} %** "
            f"({100 * (1 - right['high']):.1f}–{100 * (1 - right['low']):.1f}) of {right['runs']} runs of "
            f"{right['programs']} programs |"
        )
    return "\n".join(lines)


def _section(code: str, example: ModuleType, measured: dict[str, Any]) -> Iterator[str]:
    kind = CODES[code]
    finding = next(found for found in audited(example, "wrong").findings if found.code == code)
    wrong, mended = _parts(example)
    yield f"## {code} {kind.title} {{ #{code.lower()} }}\n"
    yield f"**What it is** ({kind.severity}). {' '.join((example.__doc__ or '').split())}\n"
    yield f"```python\n{wrong}\n```\n"
    yield f"The audit says:\n\n> {finding.message}\n"
    yield f"**Why it hurts.** {example.HURTS} After {measured['training']} (`python docs/harms.py {code}`):\n"
    yield "| | as it is | mended |\n| --- | --- | --- |"
    for name, values in measured["wrong"].items():
        yield f"| {name} | {_spread(values)} | {_spread(measured['mended'][name])} |"
    yield f"\n**The fix.** {finding.fix}\n"
    yield f"```python\n{mended}\n```\n"
    yield f'**When to ignore it**, with `ignore=["{code}"]`. {example.IGNORE}\n'
    if explained := sorted(EXPLAINS.get(code, set()) - {"LM100"}):
        yield f"It explains, and folds under itself: {', '.join(f'[{each}](#{each.lower()})' for each in explained)}.\n"


def _parts(example: ModuleType) -> tuple[str, str]:
    """What is shown of an example: all from its imports to the wrong program, and the mended one."""
    text = inspect.getsource(example)
    lines = text.splitlines()
    body = ast.parse(text).body
    (at,) = (n for n, node in enumerate(body) if isinstance(node, ast.FunctionDef) and node.name == "mended")
    shown = lines[body[1].lineno - 1 : body[at].lineno - 1]
    ours = [line for line in shown if not line.startswith("from judging")]
    return "\n".join(ours).strip(), "\n".join(lines[body[at].lineno - 1 : body[at].end_lineno])


def _spread(values: list[Any]) -> str:
    """The mean of the runs, and from where to where they go."""
    refused = {value for value in values if isinstance(value, str)}
    if refused:
        return ", ".join(sorted(refused))
    known = [value for value in values if value is not None]
    if not known:
        return "not a number"
    least, mean, most = (_written(v) for v in (min(known), statistics.fmean(known), max(known)))
    spread = mean if least == most else f"{mean} ({least} to {most})"
    missing = len(values) - len(known)
    return f"{spread}; not a number in {missing} of {len(values)} runs" if missing else spread


def _written(value: float) -> str:
    """Two digits after the point, or what is left of a number that is smaller or larger than that serves."""
    if value == 0 or 0.1 <= abs(value) < 100:
        text = f"{value:.2f}"
    elif 100 <= abs(value) < 1e5:
        text = f"{value:,.0f}"
    else:
        text = re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.1g}")
    return text.removesuffix(".00").replace("-", "−")
