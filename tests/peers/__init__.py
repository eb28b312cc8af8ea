"""The libraries whose numbers ours are compared with: a file each, with its calls beside ours."""

from peers import torch_
from peers.record import Peer

PEERS: tuple[Peer, ...] = (torch_.PEER,)
