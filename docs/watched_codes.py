"""The codes of a training: each with a labelled training that has it, and what the watch says of it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from lossmith.auditing.codes import EXPLAINS_IN_TRAINING, TRAINING

__all__ = ["trainings"]

IGNORE = {
    "LM911": "Never: no number that comes after it means anything.",
    "LM912": "The loss has no scale of its own, as that of a critic.",
    "LM913": "The training goes on for another reason than the loss.",
    "LM914": "To the loss something is added that may be negative, as a bonus for entropy.",
    "LM915": "The first steps of a very long warm-up.",
    "LM916": "A layer is trained from weights that are nearly 0.",
}
TESTS = Path(__file__).resolve().parent.parent / "tests"


def trainings() -> str:
    """A section for each code."""
    return "\n".join(line for code in TRAINING for line in _section(code))


def _section(code: str) -> Iterator[str]:
    if str(TESTS) not in sys.path:
        sys.path.insert(0, str(TESTS))
    from watched.runs import WRONG, run

    training = next(training for training, codes in WRONG.items() if codes[0] == code)
    finding = next(finding for finding in run(training).findings if finding.code == code)
    kind = TRAINING[code]
    yield f"## {code} {kind.title} {{ #{code.lower()} }}\n"
    yield f"**What it is** ({kind.severity}). An example: {_first_lower(inspect.getdoc(training) or '')}\n"
    yield f"```python\n{inspect.getsource(training).rstrip()}\n```\n"
    yield f"The watch says:\n\n> {finding.message}\n"
    yield f"**The fix.** {finding.fix}\n"
    yield f'**When to ignore it**, with `ignore=["{code}"]`. {IGNORE[code]}\n'
    if explained := sorted(EXPLAINS_IN_TRAINING.get(code, set())):
        yield f"It explains, and folds under itself: {', '.join(f'[{each}](#{each.lower()})' for each in explained)}.\n"


def _first_lower(text: str) -> str:
    said = " ".join(text.split())
    return said[:1].lower() + said[1:]
