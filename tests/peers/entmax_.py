"""entmax."""

from peers.record import Difference, Parity, Peer

PEER = Peer(
    title="entmax",
    package="entmax",
    imports="import entmax",
    unreduced=lambda call: call.removesuffix(".mean()"),
    parities=[
        Parity("entmax.sparsemax_loss(x, t).mean()", "lm.SparsemaxLoss()(x, t)", "index"),
        Parity("entmax.entmax15_loss(x, t).mean()", "lm.Entmax15Loss()(x, t)", "index"),
        Parity(
            "entmax.SparsemaxLoss(ignore_index=2)(x, t)",
            "lm.SparsemaxLoss()(x, t, ignore_index=2)",
            "index",
            each=False,
        ),
    ],
    setting="""\
import torch

scores, labels = torch.zeros(2, 3), torch.tensor([0, -100])
""",
    differences=[
        Difference(
            "a label of −100, the label that it ignores by default",
            "entmax.SparsemaxLoss()(scores, labels)",
            "lm.SparsemaxLoss()(scores, labels, ignore_index=-100)",
            ("RuntimeError", "0.333333"),
            "it looks the label up before it leaves it out",
            thread="entmax #8",
        ),
        Difference(
            "every label is ignored",
            "entmax.SparsemaxLoss(ignore_index=0)(scores, labels.clamp(0, 0))",
            "lm.SparsemaxLoss()(scores, labels.clamp(0, 0), ignore_index=0)",
            ("nan", "0"),
            "an empty mean is 0 here",
        ),
    ],
)
