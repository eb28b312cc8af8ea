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
        ),
    ],
    setting="""\
import torch

scores, labels = torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 8, 8)
""",
    differences=[
        Difference(
            "a sum over 64 pixels",
            'losses.FocalLoss(reduction="sum")(scores, labels)',
            'lm.BinaryFocal()(scores, labels, reduction="sum")',
            ("0.173287", "11.0904"),
            "its sum takes the mean over the pixels first",
        ),
    ],
)
