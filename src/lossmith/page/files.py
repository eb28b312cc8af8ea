"""A file that is written whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def put(path: str | Path, content: bytes) -> Path:
    """Write a file, with the folders above it, in place of the old one: a reader never meets half of it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
