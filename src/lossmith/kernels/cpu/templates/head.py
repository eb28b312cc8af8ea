"""What the head of a generated file gives to a template; it stands in for the head where templates are checked."""

from typing import Any

import numpy as np

from lossmith.kernels.cpu.bits import (
    array_at,
    destination,
    number,
    part_of,
    plus,
    row_of,
    select,
    stored_as,
    vector_loops,
    word,
)
from lossmith.kernels.cpu.single import exp, f, log, log1p, ordinal_of, with_ordinal
from lossmith.kernels.cpu.streaming import end_of_stream, fetch, stream
from lossmith.kernels.cpu.team import run_on_team

BLOCK = 0  # elements
constants_of: Any = None  # of the hyper-parameters, for the functions below
value_of: Any = None  # (arguments of the formula's lift, constants) → the loss
slopes_of: Any = None  # the same → the loss and its slopes
value_at: Any = None  # (predictions, i, target, constants) → the loss of the element i
write_at: Any = None  # (the same, push, may_be_absent, slopes) → the same; writes its slopes × push
first_at: Any = None  # (predictions, i) → its first prediction
probability_of_prediction: Any = None  # (prediction) → what a row's sum of which is 1
probability_of_target: Any = None
is_wrong: Any = None  # (prediction, target) → whether one of them may be none that the loss reads
map_constants_of: Any = None  # of the map's hyper-parameters
map_of: Any = None  # (score, log-prior, log-rarity, target, constants) → the score that the softmax sees
map_slope_of: Any = None  # the same → its slope by the score


def kernel(function: Any) -> Any:
    """The decorator of a loop, by which Numba compiles it."""
    return function


__all__ = [
    "BLOCK",
    "array_at",
    "constants_of",
    "destination",
    "end_of_stream",
    "exp",
    "f",
    "fetch",
    "first_at",
    "is_wrong",
    "kernel",
    "log",
    "log1p",
    "map_constants_of",
    "map_of",
    "map_slope_of",
    "np",
    "number",
    "ordinal_of",
    "part_of",
    "plus",
    "probability_of_prediction",
    "probability_of_target",
    "row_of",
    "run_on_team",
    "select",
    "slopes_of",
    "stored_as",
    "stream",
    "value_at",
    "value_of",
    "vector_loops",
    "with_ordinal",
    "word",
    "write_at",
]
