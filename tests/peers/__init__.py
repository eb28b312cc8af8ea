"""The libraries whose numbers ours are compared with: a file each, with its calls beside ours."""

from peers import entmax_, keras_, kornia_, monai_, optax_, pml, pot_, scipy_, sklearn_, smp, torch_
from peers.record import Peer

PEERS: tuple[Peer, ...] = (
    torch_.PEER,
    keras_.PEER,
    optax_.PEER,
    sklearn_.PEER,
    scipy_.PEER,
    kornia_.PEER,
    monai_.PEER,
    smp.PEER,
    pml.PEER,
    entmax_.PEER,
    pot_.PEER,
)
