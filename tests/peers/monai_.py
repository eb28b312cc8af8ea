"""MONAI."""

from peers.record import Difference, Parity, Peer, made_with_no_reduction

PEER = Peer(
    title="MONAI",
    package="monai",
    imports="from monai import losses",
    unreduced=made_with_no_reduction,
    tolerance=1e-5,  # its focal loss computes in float32
    parities=[
        Parity("losses.FocalLoss()(x, t)", "lm.BinaryFocal()(x, t)", "binary"),
        Parity(
            "losses.FocalLoss(alpha=0.25, gamma=1.5)(x, t)", "lm.BinaryFocal(alpha=0.25, gamma=1.5)(x, t)", "binary"
        ),
        Parity(
            "losses.FocalLoss(to_onehot_y=True)(x, t.unsqueeze(1))",
            "lm.BinaryFocal()(x, F.one_hot(t, 3).movedim(-1, 1))",
            "images",
            convention="without use_softmax=True it is a sigmoid for each class",
            plain="lm.Focal()(x, t, axis=1)",
        ),
        Parity(
            "losses.FocalLoss(to_onehot_y=True, use_softmax=True)(x, t.unsqueeze(1))",
            "lm.Focal()(x, t, axis=1, normalizer=x.numel())",
            "images",
            each=False,
            convention="its mean divides by the classes too",
            plain="lm.Focal()(x, t, axis=1)",
        ),
        Parity(
            "losses.FocalLoss(to_onehot_y=True, use_softmax=True, alpha=[0.2, 0.3, 0.5])(x, t.unsqueeze(1))",
            "lm.Focal()(x, t, axis=1, class_weight=torch.tensor([0.2, 0.3, 0.5]), normalizer=x.numel())",
            "images",
            each=False,
            convention="its mean divides by the number of pixels and classes, ours by the weights",
            plain="lm.Focal()(x, t, axis=1, class_weight=torch.tensor([0.2, 0.3, 0.5]))",
        ),
    ],
    setting="""\
import torch

scores, labels = torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 8, 8)
background = torch.tensor([[9.0, 0.0, 0.0]]).reshape(1, 3, 1, 1)                # sure that this is class 0
foreground = torch.tensor([1]).reshape(1, 1, 1)
of_classes = torch.tensor([0.0, 1.0, 1.0])
""",
    differences=[
        Difference(
            "a sum over 64 pixels",
            'losses.FocalLoss(reduction="sum")(scores, labels)',
            'lm.BinaryFocal()(scores, labels, reduction="sum")',
            ("0.173287", "11.0904"),
            "its sum takes the mean over the pixels first",
        ),
        Difference(
            "a pixel of the foreground that is taken for the background, which does not count",
            "losses.FocalLoss(include_background=False, to_onehot_y=True, use_softmax=True)"
            "(background, foreground[None])",
            "lm.Focal()(background, foreground, axis=1, class_weight=of_classes)",
            ("0.0866434", "8.99803"),
            "its background is cut off before the softmax, so that no score for it is ever punished",
            thread="MONAI #5413",
        ),
    ],
)
