"""MONAI."""

from peers.record import Parity, Peer, made_with_no_reduction

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
    ],
)
