"""From ``package.module:function`` to what is audited."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossmith.auditing.raising import told
from lossmith.errors import LossmithError


@dataclass(frozen=True)
class Program:
    """A model, a loss and a batch, and where the function stands that gave them."""

    model: Any
    loss: Any
    inputs: Any
    target: Any
    file: str
    line: int


def program_of(place: str) -> Program:
    """Call the function that is meant.

    Args:
        place: ``"package.module:function"`` or ``"path/to/file.py:function"``; looked for in the working directory too.

    Raises:
        LossmithError: there is no such function, it raises, or it gives something else than four things.
    """
    function = _function(place)
    try:
        given = function()
    except Exception as error:
        raise LossmithError(f"{place} raised {told(error)}") from error
    if not isinstance(given, tuple | list) or len(given) != 4:
        what = f"{len(given)} things" if isinstance(given, tuple | list) else type(given).__name__
        raise LossmithError(f"{place} gave {what}; write: return model, loss, inputs, target")
    file, line = inspect.getsourcefile(function) or place, inspect.getsourcelines(function)[1]
    model, loss, inputs, target = given
    return Program(model, loss, inputs, target, _relative(file), line)


def _function(place: str) -> Callable[[], Any]:
    name, colon, attribute = place.rpartition(":")
    if not colon or not name or not attribute:
        raise LossmithError(f"{place!r} names no function; write package.module:function or path/to/file.py:function")
    module = _module(name)
    function = getattr(module, attribute, None)
    if not callable(function):
        there = [n for n, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__]
        raise LossmithError(f"{name} has no function {attribute!r}; it has {', '.join(there) or 'none'}")
    return function  # type: ignore[no-any-return]


def _module(name: str) -> Any:
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        if name.endswith(".py"):
            return _module_of_file(Path(name))
        if not all(part.isidentifier() for part in name.split(".")):
            raise LossmithError(
                f"{name!r} is neither a module nor a Python file; write package.module or path/to/file.py"
            )
        return importlib.import_module(name)
    except LossmithError:
        raise
    except ModuleNotFoundError as error:
        raise LossmithError(f"there is no module {error.name!r}, looked for from {Path.cwd()}") from error
    except Exception as error:
        raise LossmithError(f"importing {name} raised {told(error)}") from error


def _module_of_file(path: Path) -> Any:
    if not path.is_file():
        raise LossmithError(f"there is no file {path}")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise LossmithError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _relative(file: str) -> str:
    path = Path(file).resolve()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
