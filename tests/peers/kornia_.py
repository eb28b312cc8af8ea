"""kornia."""

from peers.record import Parity, Peer

PEER = Peer(
    title="kornia",
    package="kornia",
    imports="import kornia",
    parities=[
        Parity('kornia.losses.cauchy_loss(x, t, reduction="mean")', "lm.Cauchy()(x, t)"),
        Parity('kornia.losses.geman_mcclure_loss(x, t, reduction="mean")', "lm.GemanMcClure()(x, t)"),
        Parity('kornia.losses.welsch_loss(x, t, reduction="mean")', "lm.Welsch()(x, t)"),
        Parity(
            'kornia.losses.charbonnier_loss(x, t, reduction="mean")',
            "lm.PseudoHuber()(x, t)",
            convention="less its value at an exact fit, which makes it the pseudo-Huber loss",
            plain="lm.Charbonnier(epsilon=1.0)(x, t)",
        ),
        Parity(
            'kornia.losses.binary_focal_loss_with_logits(x, t, alpha=None, reduction="mean")',
            "lm.BinaryFocal()(x, t)",
            "binary",
        ),
        Parity(
            'kornia.losses.binary_focal_loss_with_logits(x, t, alpha=0.25, gamma=1.5, reduction="mean")',
            "lm.BinaryFocal(alpha=0.25, gamma=1.5)(x, t)",
            "binary",
        ),
    ],
)
