"""What the head of a generated file gives to a template; it stands in for the head where templates are checked."""

from typing import Any

import numpy as np

from lossmith.kernels.cpu.bits import destination, number, plus, row_of, select, stored_as, wide_vectors, word
from lossmith.kernels.cpu.single import exp, f, log, log1p, ordinal_of, with_ordinal

BLOCK: int  # elements
kernel: Any  # the decorator
constants_of: Any  # of the hyper-parameters, for the functions below
value_of: Any  # (arguments of the formula's lift, constants) → the loss
slopes_of: Any  # the same → the loss and its slopes
value_at: Any  # (predictions, i, target, constants) → the loss of the element i
write_at: Any  # (predictions, i, target, constants, push, may_be_absent, slopes) → the same; writes its slopes × push
first_at: Any  # (predictions, i) → its first prediction
probability_of_prediction: Any  # (prediction) → what a row's sum of which is 1
probability_of_target: Any
is_wrong: Any  # (prediction, target) → whether one of them may be none that the loss reads
map_constants_of: Any  # of the map's hyper-parameters
map_of: Any  # (score, log-prior, log-rarity, target, constants) → the score that the softmax sees
map_slope_of: Any  # the same → its slope by the score

__all__ = [
    "BLOCK",
    "constants_of",
    "destination",
    "exp",
    "f",
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
    "plus",
    "probability_of_prediction",
    "probability_of_target",
    "row_of",
    "select",
    "slopes_of",
    "stored_as",
    "value_at",
    "value_of",
    "wide_vectors",
    "with_ordinal",
    "word",
    "write_at",
]
