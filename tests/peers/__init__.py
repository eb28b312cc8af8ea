"""The libraries whose numbers ours are compared with: a file each, with its calls beside ours."""

from peers import entmax_, keras_, kornia_, monai_, optax_, pml, sklearn_, smp, torch_
from peers.record import Peer

PEERS: tuple[Peer, ...] = (
    torch_.PEER,
    keras_.PEER,
    optax_.PEER,
    sklearn_.PEER,
    kornia_.PEER,
    monai_.PEER,
    smp.PEER,
    pml.PEER,
    entmax_.PEER,
)
