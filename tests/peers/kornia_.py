"""kornia."""

from peers.record import Difference, Parity, Peer

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
        Parity(
            'kornia.losses.focal_loss(x, t, alpha=None, reduction="mean")',
            "lm.Focal()(x, t, axis=1, normalizer=x.numel())",
            "images",
            each=False,
            convention="its mean divides by the classes too",
            plain="lm.Focal()(x, t, axis=1)",
        ),
        Parity(
            'kornia.losses.focal_loss(x, t, alpha=0.25, reduction="mean")',
            "lm.Focal()(x, t, axis=1, class_weight=torch.tensor([0.75, 0.25, 0.25]), normalizer=x.numel())",
            "images",
            each=False,
            convention="class 0 is the background, whose weight is 1 − α; all others have α; the mean as before",
            plain="lm.Focal()(x, t, axis=1, class_weight=torch.tensor([0.25, 0.25, 0.25]))",
        ),
        Parity(
            "kornia.losses.kl_div_loss_2d(p, t)",
            'lm.KLDivergence()(p.flatten(2), t.flatten(2), axis=-1, given="probabilities")',
            "heatmaps",
            convention="it reads probabilities over the pixels",
            plain="lm.KLDivergence()(p.flatten(2), t.flatten(2), axis=-1)",
        ),
        Parity(
            "kornia.losses.js_div_loss_2d(p, t)",
            'lm.JSDivergence()(p.flatten(2), t.flatten(2), axis=-1, given="probabilities")',
            "heatmaps",
            convention="it reads probabilities over the pixels",
            plain="lm.JSDivergence()(p.flatten(2), t.flatten(2), axis=-1)",
        ),
    ],
    setting="""\
import torch

images, classes = torch.zeros(1, 3, 2, 2), torch.tensor([[[0, 2], [9, 9]]])     # half of the pixels is ignored
""",
    differences=[
        Difference(
            "half of the labels are ignored",
            '3 * kornia.losses.focal_loss(images, classes, alpha=None, reduction="mean", ignore_index=9)',
            "lm.Focal()(images, classes, axis=1, ignore_index=9)",
            ("0.244136", "0.488272"),
            "what is ignored counts in its mean, as do the classes, here 3; ours counts neither",
        ),
    ],
)
