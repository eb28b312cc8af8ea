"""segmentation_models.pytorch: its losses alone, for the package itself wants torchvision and timm."""

import importlib.util
import sys
from types import SimpleNamespace
from typing import Any

from peers.record import Difference, Parity, Peer, made_with_no_reduction

PACKAGE = "segmentation_models_pytorch"


def losses_alone() -> dict[str, Any]:
    """The subpackage of losses, loaded under a name of its own."""
    name = f"{PACKAGE}_losses"
    if name not in sys.modules:
        found = importlib.util.find_spec(PACKAGE)  # finds, and imports nothing
        (folder,) = found.submodule_search_locations
        spec = importlib.util.spec_from_file_location(name, f"{folder}/losses/__init__.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    losses = sys.modules[name]
    return {"smp": SimpleNamespace(losses=losses)}


PEER = Peer(
    title="segmentation_models.pytorch",
    package=PACKAGE,
    imports="import segmentation_models_pytorch as smp",
    names=losses_alone,
    unreduced=made_with_no_reduction,
    parities=[
        Parity(
            "smp.losses._functional.wing_loss(x, t, width=1.5, curvature=0.5)",
            "lm.Wing(width=1.5, epsilon=0.5)(x, t)",
            each=False,
        ),
        Parity("smp.losses.SoftBCEWithLogitsLoss()(x, t)", "lm.BinaryCrossEntropy()(x, t)", "binary"),
        Parity(
            "smp.losses.SoftBCEWithLogitsLoss(smooth_factor=0.1)(x, t)",
            "lm.BinaryCrossEntropy(label_smoothing=0.2)(x, t)",
            "binary",
            convention="it smooths to ε and 1 − ε, twice as far: ε/2 and 1 − ε/2 here",
            plain="lm.BinaryCrossEntropy(label_smoothing=0.1)(x, t)",
        ),
        Parity('smp.losses.FocalLoss("binary")(x, t)', "lm.BinaryFocal()(x, t)", "binary", each=False),
        Parity(
            'smp.losses.FocalLoss("multilabel", alpha=0.25, gamma=1.5)(x, t)',
            "lm.BinaryFocal(alpha=0.25, gamma=1.5)(x, t)",
            "binary",
            each=False,
        ),
        Parity(
            'smp.losses.FocalLoss("multiclass")(x, t)',
            "lm.BinaryFocal()(x, F.one_hot(t, 3).movedim(-1, 1))",
            "images",
            each=False,
            convention="a sigmoid for each class, in the place of a softmax",
            plain="lm.Focal()(x, t, axis=1)",
        ),
        Parity(
            "smp.losses.SoftCrossEntropyLoss(smooth_factor=0.1)(x, t)",
            "lm.CrossEntropy(label_smoothing=0.1)(x, t, axis=1)",
            "images",
            each=False,
        ),
        Parity(
            "smp.losses.SoftCrossEntropyLoss(smooth_factor=0.1, ignore_index=1)(x, t)",
            "lm.CrossEntropy(label_smoothing=0.1)(x, t, axis=1, ignore_index=1, normalizer=t.numel())",
            "images",
            each=False,
            convention="what is ignored counts in the denominator of its mean",
            plain="lm.CrossEntropy(label_smoothing=0.1)(x, t, axis=1, ignore_index=1)",
        ),
    ],
    setting="""\
import torch

scores, labels = torch.zeros(1, 1, 2, 2), torch.tensor([[[[1.0, 0.0], [9.0, 9.0]]]])     # half of the pixels is ignored
probabilities = torch.tensor([[0.9, 0.1], [0.3, 0.7]])     # of two samples
labels_of_two = torch.tensor([0, 0])
images, classes = torch.zeros(1, 3, 2, 2), torch.tensor([[[0, 2], [9, 9]]])
""",
    differences=[
        Difference(
            "half of the labels are ignored",
            "smp.losses.SoftBCEWithLogitsLoss(ignore_index=9)(scores, labels)",
            "lm.BinaryCrossEntropy()(scores, labels, ignore_index=9)",
            ("0.346574", "0.693147"),
            "what is ignored counts in its mean; here it does not",
            thread="smp #852",
        ),
        Difference(
            "the same with classes",
            "smp.losses.SoftCrossEntropyLoss(smooth_factor=0.0, ignore_index=9)(images, classes)",
            "lm.CrossEntropy()(images, classes, axis=1, ignore_index=9)",
            ("0.549306", "1.09861"),
            "the same",
            thread="smp #852",
        ),
        Difference(
            "cross-entropy with its defaults",
            "smp.losses.SoftCrossEntropyLoss()(images, classes.clamp(max=2))",
            "lm.CrossEntropy()(images, classes.clamp(max=2), axis=1)",
            ("TypeError", "1.09861"),
            "it computes with a smoothing of None",
        ),
        Difference(
            "probabilities of classes",
            'smp.losses.FocalLoss("multiclass", from_logits=False)(probabilities, labels_of_two)',
            'lm.Focal()(probabilities, labels_of_two, given="probabilities")',
            ("0.291349", "0.2955"),
            "it takes the logarithm of a probability for the score of a sigmoid: neither the focal loss of these "
            "probabilities nor its own of their scores",
        ),
    ],
)
