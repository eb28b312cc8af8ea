"""The codes of findings: what each means, and which explains which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LINK = "docs/codes.md#{code}"  # in the repository, and of the pages that are built of it


@dataclass(frozen=True)
class Code:
    """What all findings of a code share."""

    title: str
    severity: Literal["error", "warning", "note"]


CODES: dict[str, Code] = {
    "LM100": Code("The loss fails on this batch", "error"),
    # what the loss expects of a prediction, and what it is given
    "LM108": Code("Softmax over a single unit", "error"),
    "LM109": Code("One single score with cross-entropy", "error"),
    "LM107": Code("Softmax over the wrong axis", "error"),
    "LM101": Code("Softmax in front of a loss that applies its own", "error"),
    "LM102": Code("Sigmoid in front of a loss that applies its own", "error"),
    "LM103": Code("Log-softmax in front of a loss that applies its own", "note"),
    "LM104": Code("Probabilities where log-probabilities are expected", "error"),
    "LM105": Code("Raw scores where log-probabilities are expected", "error"),
    "LM106": Code("Raw scores where probabilities are expected", "error"),
    "LM110": Code("The head cannot reach the targets", "error"),
    # how the target is coded
    "LM201": Code("Labels that start at 1", "error"),
    "LM202": Code("Labels out of range", "error"),
    "LM203": Code("More outputs than classes", "warning"),
    "LM204": Code("Labels as floats where indices are expected", "error"),
    "LM205": Code("Labels 0 and 1 where -1 and 1 are expected", "error"),
    "LM206": Code("Labels -1 and 1 where 0 and 1 are expected", "error"),
    "LM207": Code("A mask from 0 to 255 where 0 to 1 is expected", "error"),
    "LM208": Code("One-hot rows where indices are expected", "error"),
    "LM209": Code("Indices where rows are expected", "error"),
    "LM210": Code("Rows of a distribution that do not sum to 1", "error"),
    "LM211": Code("Several labels a row with a softmax cross-entropy", "error"),
    "LM212": Code("Exclusive classes with independent sigmoids", "warning"),
    "LM213": Code("A regression target that is not scaled", "warning"),
    "LM214": Code("Labels that were scaled", "error"),
    "LM215": Code("A target that hardly varies", "warning"),
    "LM216": Code("Missing values in the target", "error"),
    # shapes
    "LM301": Code("Prediction and target are broadcast against each other", "error"),
    "LM303": Code("The axis of classes is taken for another", "error"),
    # divergences
    "LM401": Code("A divergence of probabilities where their logarithms are expected", "error"),
    "LM402": Code("The arguments of a divergence are swapped", "error"),
    "LM403": Code("A divergence averaged over its classes", "warning"),
    # reduction
    "LM501": Code("Ignored elements counted in the mean", "warning"),
    "LM502": Code("Everything is ignored", "error"),
    "LM503": Code("A sum that grows with the batch", "note"),
    # numerics
    "LM601": Code("The logarithm of 0", "error"),
    "LM602": Code("A root at 0: its gradient is not a number", "error"),
    "LM603": Code("An exponential that overflows", "error"),
    "LM604": Code("A loss in half precision", "warning"),
    "LM605": Code("A clamp that lets no gradient through", "warning"),
    "LM606": Code("Missing targets masked after the loss", "error"),
    "LM607": Code("Saturated at the start", "warning"),
    # the choice
    "LM701": Code("A regression loss on class labels", "warning"),
    "LM702": Code("A classification loss on a continuous target", "error"),
    "LM703": Code("Counts with a squared error", "warning"),
    "LM704": Code("A positive, strongly skewed target with a squared error", "warning"),
    "LM705": Code("A rare class in a plain mean", "warning"),
    "LM706": Code("A squared error after softmax", "warning"),
    # gradients
    "LM801": Code("The loss is detached from the model", "error"),
    "LM802": Code("A step inside the loss: rounding, argmax, a threshold", "error"),
    "LM803": Code("A loss that is constant", "error"),
    "LM804": Code("Parameters that no gradient reaches", "warning"),
    "LM805": Code("Second derivatives that are wrong", "error"),
    "LM806": Code("Gradients vanish on the way down", "warning"),
    "LM807": Code("Gradients explode", "warning"),
    "LM808": Code("Dead units", "warning"),
    # the start and the first step
    "LM901": Code("A loss at the start that theory does not expect", "note"),
    "LM902": Code("A step along the gradient does not lower the loss", "warning"),
}

_ANY_GRADIENT = {"LM607", "LM803", "LM804", "LM806", "LM807", "LM808", "LM901", "LM902"}
_START = {"LM901", "LM902"}

# Which findings another explains. A finding that is explained is folded under the one that does.
EXPLAINS: dict[str, set[str]] = {
    "LM101": {"LM607", "LM706", *_START},
    "LM102": {"LM607", *_START},
    "LM104": {"LM107", *_START},
    "LM105": {"LM607", *_START},
    "LM106": {"LM601", "LM605", "LM607", *_START},
    "LM107": {"LM101", "LM104", "LM105", "LM210", "LM211", "LM706", *_START},
    "LM108": {"LM101", "LM102", "LM601", "LM605", "LM706", *_ANY_GRADIENT},
    "LM109": {"LM202", "LM201", *_ANY_GRADIENT},
    "LM110": {"LM213", *_START},
    "LM201": {"LM202", "LM203"},
    "LM207": {"LM213", "LM202", "LM807", *_START},
    "LM208": {"LM211"},
    "LM213": {"LM607", "LM704", "LM807", *_START},
    "LM216": {"LM601", "LM606", *_START},
    "LM301": {"LM209", *_START},
    "LM303": {"LM107", "LM210", *_START},
    "LM401": {"LM104", "LM105", *_START},
    "LM402": {"LM210", "LM401", "LM601"},
    "LM502": {"LM601", "LM802", "LM803", *_ANY_GRADIENT},
    "LM601": {"LM803", "LM804", *_START},
    "LM602": {"LM804", *_START},
    "LM603": {"LM803", "LM804", *_START},
    "LM605": {*_ANY_GRADIENT} - {"LM607"},
    "LM606": {"LM216", "LM601", *_START},
    "LM607": {"LM501", "LM605", "LM806", "LM902"},
    "LM701": {"LM213", *_START},
    "LM801": {*_ANY_GRADIENT},
    "LM802": {*_ANY_GRADIENT},
    "LM803": {*_ANY_GRADIENT},
    "LM807": {"LM601", "LM603", "LM607", *_START},
    "LM808": {"LM804", "LM806", *_START},
}

# why a loss fails, any other error may tell
for _code, _kind in CODES.items():
    if _kind.severity == "error" and _code != "LM100":
        EXPLAINS.setdefault(_code, set()).add("LM100")

# What is found while a model is trained, and not on one batch; and what explains what there.
TRAINING: dict[str, Code] = {
    "LM911": Code("NaN or infinity", "error"),
    "LM912": Code("The loss diverges", "error"),
    "LM913": Code("The loss does not move any more", "note"),
    "LM914": Code("A loss below its least possible value", "error"),
    "LM915": Code("The weights hardly move", "warning"),
    "LM916": Code("Steps larger than the weights bear", "warning"),
}

EXPLAINS_IN_TRAINING: dict[str, set[str]] = {
    "LM807": {"LM911", "LM912"},
    "LM808": {"LM806", "LM913"},
    "LM912": {"LM911"},
    "LM914": {"LM911", "LM912"},
    "LM915": {"LM913"},
    "LM916": {"LM807", "LM808", "LM911", "LM912", "LM913"},
}
