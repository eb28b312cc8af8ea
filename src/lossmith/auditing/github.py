"""A report as lines that GitHub shows beside the code."""

from __future__ import annotations

from lossmith.auditing.findings import Report

KINDS = {"error": "error", "warning": "warning", "note": "notice"}


def annotated(report: Report, file: str, line: int) -> str:
    """One line a finding, as GitHub's workflow commands are written."""
    return "\n".join(
        f"::{KINDS[each.severity]} file={_property(file)},line={line},title={_property(each.code)}"
        f"::{_message(f'{each.message} {each.fix} {each.link}')}"
        for each in report.findings
    )


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
