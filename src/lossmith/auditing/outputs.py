"""What a model gives: a tensor, or tuples, dicts and objects that hold some."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from torch import Tensor

Path = tuple[tuple[str, Any], ...]  # how to reach a tensor: ("key", name), ("index", n) or ("attribute", name)


def tensors_of(output: Any) -> dict[Path, Tensor]:
    """The floating tensors that it holds, by how they are reached."""
    return {path: tensor for path, tensor in all_of(output).items() if tensor.is_floating_point()}


def all_of(value: Any) -> dict[Path, Tensor]:
    """All tensors that it holds, by how they are reached."""
    found: dict[Path, Tensor] = {}

    def visit(value: Any, path: Path) -> None:
        if isinstance(value, Tensor):
            found[path] = value
        elif isinstance(value, Mapping):
            for key in value:
                visit(value[key], (*path, ("key", key)))
        elif isinstance(value, list | tuple):
            for n, each in enumerate(value):
                visit(each, (*path, ("index", n)))
        elif hasattr(value, "__dict__"):
            for name, each in vars(value).items():
                visit(each, (*path, ("attribute", name)))

    visit(value, ())
    return found


def replaced(output: Any, path: Path, tensor: Tensor) -> Any:
    """The same with another tensor in this place."""
    if not path:
        return tensor
    (kind, name), rest = path[0], path[1:]
    if kind == "attribute":
        changed = copy.copy(output)
        object.__setattr__(changed, name, replaced(getattr(output, name), rest, tensor))
        return changed
    if kind == "key":
        changed = copy.copy(output)
        changed[name] = replaced(output[name], rest, tensor)
        return changed
    items = list(output)
    items[name] = replaced(items[name], rest, tensor)
    if isinstance(output, tuple):
        return type(output)(*items) if hasattr(output, "_fields") else type(output)(items)
    return items


def detached(output: Any) -> Any:
    """The same with tensors that know nothing of the model."""
    for path, tensor in tensors_of(output).items():
        output = replaced(output, path, tensor.detach())
    return output


def doubled(value: Any) -> Any:
    """The same with float64 for all floating numbers, detached."""
    for path, tensor in tensors_of(value).items():
        value = replaced(value, path, tensor.detach().double())
    return value
