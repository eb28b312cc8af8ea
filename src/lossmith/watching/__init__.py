"""A training under watch: what the audit sees in one batch, seen at every step."""

from lossmith.watching.history import History
from lossmith.watching.watch import Watch, watch

__all__ = ["History", "Watch", "watch"]
