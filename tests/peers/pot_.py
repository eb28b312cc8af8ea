"""POT, Python Optimal Transport."""

from peers.record import Parity, Peer

PEER = Peer(
    title="POT",
    package="ot",
    imports="import ot",
    unreduced=lambda call: call.removesuffix(".mean()"),
    parities=[
        Parity("ot.wasserstein_1d(x.T, t.T, p=1).mean()", "lm.Wasserstein1D()(x, t)", "sets"),
        Parity("ot.wasserstein_1d(x.T, t.T, p=2).mean()", "lm.Wasserstein1D(order=2.0)(x, t)", "sets"),
        Parity("ot.wasserstein_1d(x.T, t.T, p=3).mean()", "lm.Wasserstein1D(order=3.0)(x, t)", "sets"),
    ],
)
