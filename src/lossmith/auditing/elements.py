"""The elements of a batch: what a loss gives one number each for, before it takes their mean."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from lossmith.auditing.outputs import all_of, replaced
from lossmith.auditing.scene import Scene


class Elements:
    """Where they are in the tensors of a scene.

    Args:
        scene: the batch.
        axis: of the classes, which make one element together; None where each number is one.
    """

    def __init__(self, scene: Scene, axis: int | None) -> None:
        self.scene, self.axis = scene, axis
        self.prediction = torch.empty(0) if scene.prediction is None else scene.prediction
        whole = tuple(self.prediction.shape)
        self.shape = whole if axis is None else whole[:axis] + whole[axis + 1 :]

    def each(self, values: Tensor) -> Tensor:
        """Of a tensor like the prediction, one row an element."""
        return values.reshape(-1, 1) if self.axis is None else values.movedim(self.axis, -1).flatten(0, -2)

    def taken(self, index: Tensor) -> Scene:
        """The batch with the elements that an index of all of them names, in output and target."""
        return self._changed(lambda values: self._taken(values, index))

    def rows_taken(self, index: Tensor) -> Scene:
        """The batch with these of its rows, with all that belongs to them: lengths, weights, masks."""
        return self._changed(lambda v: v[index.to(v.device)] if v.shape[:1] == self.shape[:1] else v)

    def doubled(self, axes: tuple[int, ...]) -> Scene:
        """The batch with all elements twice along these of their axes."""
        behind = len(self.prediction.shape) if self.axis is None else self.axis
        places = {axis + (axis >= behind) for axis in axes}
        return self._changed(lambda values: self._doubled(values, places))

    def _changed(self, change: Callable[[Tensor], Tensor]) -> Scene:
        output, target = self.scene.output, self.scene.target
        for path, values in all_of(output).items():
            output = replaced(output, path, change(values.detach()))
        for path, values in all_of(target).items():
            target = replaced(target, path, change(values.detach()))
        return Scene(self.scene.loss, output, target, path=self.scene.path)

    def _taken(self, values: Tensor, index: Tensor) -> Tensor:
        index = index.to(values.device)
        if self.axis is not None and values.shape == self.prediction.shape:
            last = values.movedim(self.axis, -1)
            return last.flatten(0, -2)[index].reshape(last.shape).movedim(-1, self.axis)
        if values.shape in (self.shape, (*self.shape, 1)):
            return values.reshape(-1)[index].reshape(values.shape)
        return values

    def _doubled(self, values: Tensor, places: set[int]) -> Tensor:
        for axis, place in enumerate(_places(tuple(values.shape), tuple(self.prediction.shape))):
            values = torch.cat([values, values], axis) if place in places else values
        return values


def _places(shape: tuple[int, ...], whole: tuple[int, ...]) -> list[int]:
    """Which axes of the whole those of a part are, from that of the rows on; −1 for one that is none of them.

    >>> _places((32, 6, 3), (32, 4, 6))
    [0, 2, -1]
    """
    places: list[int] = []
    for size in shape:
        after = max(places, default=-1) + 1
        places.append(next((n for n in range(after, len(whole)) if whole[n] == size > 1), -1))
    return places if places[:1] == [0] else []
