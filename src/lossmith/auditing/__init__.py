"""Wrong use of a loss, found in one batch, with the proof and the fix."""

from lossmith.auditing.audit import audit, audit_call
from lossmith.auditing.findings import Finding, Report

__all__ = ["Finding", "Report", "audit", "audit_call"]
