"""What an audit says: findings with their evidence, the root of the trouble first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from lossmith.auditing.codes import CODES, EXPLAINS, EXPLAINS_IN_TRAINING, LINK, TRAINING, Code

Severity = Literal["error", "warning", "note"]
RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True)
class Finding:
    """One thing that an audit found, with the proof.

    Attributes:
        code: as in ``"LM101"``; each has a page.
        message: one sentence.
        evidence: what was measured, by name.
        fix: code that can be pasted.
        consequences: findings that this one explains.
        is_mild: it may well be meant here, so that it is a note, whatever others of its code are.
    """

    code: str
    message: str
    evidence: Mapping[str, Any]
    fix: str
    consequences: tuple[Finding, ...] = ()
    is_mild: bool = False

    @property
    def severity(self) -> Severity:
        """``"error"``: the training cannot come out right; ``"warning"``: it suffers; ``"note"``: good to know."""
        return "note" if self.is_mild else self.kind.severity

    @property
    def kind(self) -> Code:
        """What there is to say of all findings of this code."""
        return (CODES | TRAINING)[self.code]

    @property
    def link(self) -> str:
        """The page of the code."""
        return LINK.format(code=self.code.lower())

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "evidence": dict(self.evidence),
            "fix": self.fix,
            "link": self.link,
            "consequences": [each.to_dict() for each in self.consequences],
        }

    def __str__(self) -> str:
        lines = [f"{self.code} {self.severity}: {self.message}"]
        lines += [f"    {name}: {value}" for name, value in self.evidence.items()]
        lines += [f"    fix: {self.fix}", f"    {self.link}"]
        lines += [f"    explains {each.code}: {each.message}" for each in self.consequences]
        return "\n".join(lines)


@dataclass(frozen=True)
class Report:
    """What an audit found, the worst first.

    Attributes:
        findings: without what was to be ignored; consequences lie in the finding that explains them.
        seconds: how long it took.
        passes: how often the loss was called.
        skipped: probes that this loss or model did not let run, and why.
    """

    findings: tuple[Finding, ...]
    seconds: float = 0.0
    passes: int = field(default=0, compare=False)
    skipped: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is no error and no warning."""
        return all(each.severity == "note" for each in self.findings)

    @property
    def codes(self) -> list[str]:
        """Of all findings, consequences too."""
        return [code for each in self.findings for code in (each.code, *(c.code for c in each.consequences))]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {"ok": self.ok, "seconds": self.seconds, "findings": [each.to_dict() for each in self.findings]}

    def __str__(self) -> str:
        if not self.findings:
            return "Nothing was found."
        return "\n\n".join(str(each) for each in self.findings)

    def __rich__(self) -> Any:
        from lossmith.auditing import terminal

        return terminal.report(self)


def ordered(found: Iterable[Finding], ignore: Iterable[str] = ()) -> tuple[Finding, ...]:
    """The findings by severity, each code once, and what another explains folded under it."""
    ignored = set(ignore)
    by_code: dict[str, Finding] = {}
    for each in found:
        if each.code not in ignored:
            by_code.setdefault(each.code, each)
    order = [*CODES, *TRAINING]
    explains = {code: EXPLAINS.get(code, set()) | EXPLAINS_IN_TRAINING.get(code, set()) for code in order}
    left = sorted(by_code.values(), key=lambda each: (RANK[each.severity], order.index(each.code)))
    roots: list[Finding] = []
    folded: set[str] = set()
    for each in left:
        if any(each.code in explains[other] for other in by_code if other != each.code):
            folded.add(each.code)
    for each in left:
        if each.code not in folded:
            below = tuple(other for other in left if other.code in folded and other.code in explains[each.code])
            roots.append(replace(each, consequences=below))
    return tuple(roots)
