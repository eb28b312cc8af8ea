"""POT, Python Optimal Transport."""

from peers.record import Parity, Peer

PEER = Peer(
    title="POT",
    package="ot",
    imports="""\
import ot
import torch


def divergences(x, t, epsilon):  # its own takes the entropies off
    def cost(a, b):
        return ot.solve(ot.dist(a, b) / 2, reg=epsilon, reg_type="KL", max_iter=10_000, tol=1e-13).value

    return torch.stack([cost(a, b) - cost(a, a) / 2 - cost(b, b) / 2 for a, b in zip(x, t)])
""",
    unreduced=lambda call: call.removesuffix(".mean()"),
    parities=[
        Parity("ot.wasserstein_1d(x.T, t.T, p=1).mean()", "lm.Wasserstein1D()(x, t)", "sets"),
        Parity("ot.wasserstein_1d(x.T, t.T, p=2).mean()", "lm.Wasserstein1D(order=2.0)(x, t)", "sets"),
        Parity("ot.wasserstein_1d(x.T, t.T, p=3).mean()", "lm.Wasserstein1D(order=3.0)(x, t)", "sets"),
        Parity("divergences(x, t, 2.0).mean()", "lm.Sinkhorn(blur=2**0.5)(x, t)", "points"),
    ],
)
