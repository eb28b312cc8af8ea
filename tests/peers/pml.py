"""pytorch-metric-learning: the losses of it that classify."""

from peers.record import Parity, Peer

PEER = Peer(
    title="pytorch-metric-learning",
    package="pytorch_metric_learning",
    imports="import math\n\nfrom pytorch_metric_learning import losses\nfrom torch.func import functional_call",
    unreduced=None,
    parities=[
        Parity(
            "functional_call(losses.ArcFaceLoss(5, 4, margin=math.degrees(0.5), scale=8), {'W': directions.T}, (x, t))",
            "functional_call(lm.ArcFace(4, 5, margin=0.5, scale=8.0), {'directions': directions}, (x, t))",
            "embeddings",
        ),
        Parity(
            "functional_call(losses.NormalizedSoftmaxLoss(5, 4, temperature=0.1), {'W': directions.T}, (x, t))",
            "functional_call(lm.ArcFace(4, 5, margin=0.0, scale=10.0), {'directions': directions}, (x, t))",
            "embeddings",
        ),
    ],
)
