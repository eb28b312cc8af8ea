"""The libraries whose numbers ours are compared with: a file each, with its calls beside ours."""

from peers import keras_, optax_, sklearn_, torch_
from peers.record import Peer

PEERS: tuple[Peer, ...] = (torch_.PEER, keras_.PEER, optax_.PEER, sklearn_.PEER)
