"""Generated kernels as files: written once, read by every later process, never needed for a right result."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import threading
import warnings
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any


def folder() -> Path:
    """Where generated kernels are kept: ``$LOSSMITH_CACHE``, else the user's cache folder."""
    if given := os.environ.get("LOSSMITH_CACHE"):
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "lossmith" / "kernels"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "lossmith" / "kernels"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lossmith" / "kernels"


def module_of(text: str, title: str, made_with: str) -> ModuleType:
    """The module with this source; Numba keeps the compiled functions beside it.

    Args:
        text: the source. Equal text is the same module, in all processes.
        title: begins the name of the file.
        made_with: what its functions are made of beside the text; where that changes, so does the file.

    Raises:
        OSError: neither the folder nor a temporary one can be written.
    """
    name = f"{title}_{hashlib.sha256((text + made_with).encode()).hexdigest()[:16]}"
    qualified = f"lossmith.kernels.generated.{name}"
    with _making:
        return sys.modules[qualified] if qualified in sys.modules else _made(qualified, _file(name, text))


_making = threading.RLock()  # another thread may not find a module that is executed only in part


def _unlock() -> None:
    """In the child of a fork, whose parent's other threads may have held the lock."""
    global _making
    _making = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock)


def _made(qualified: str, path: Path) -> ModuleType:
    specification: Any = importlib.util.spec_from_file_location(qualified, path)
    module = importlib.util.module_from_spec(specification)
    # Numba looks its module up by name when it loads what another process compiled
    sys.modules[qualified] = module
    try:
        specification.loader.exec_module(module)
    except BaseException:
        del sys.modules[qualified]
        raise
    return module


def _file(name: str, text: str) -> Path:
    """The file with this text; in a folder of this process alone where the usual one cannot be used."""
    path = folder() / f"{name}.py"
    try:
        if not (path.exists() and path.read_text("utf-8") == text):
            _write(path, text)
        return path
    except (OSError, UnicodeDecodeError) as error:
        _warn_of(path.parent, error)
    path = Path(_own_folder().name) / f"{name}.py"
    _write(path, text)
    return path


@cache
def _own_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="lossmith-")


@cache
def _warn_of(place: Path, error: Exception) -> None:
    warnings.warn(
        f"Lossmith cannot keep its kernels in {place} ({error}), so each process compiles them anew; set "
        "LOSSMITH_CACHE to a folder that can be written",
        RuntimeWarning,
        stacklevel=2,
    )


def _write(path: Path, text: str) -> None:
    """Whole or not at all, also where several processes write at once or the disk is full."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
