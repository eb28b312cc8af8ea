"""A session's next item is learnt from how often each followed: the log-softmax stands first in kl_div, the shares
second.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Session(nn.Module):
    def __init__(self, items, dim):
        super().__init__()
        self.items = nn.Embedding(items, dim)
        self.attend = nn.MultiheadAttention(dim, 2, batch_first=True)
        self.norm = nn.LayerNorm(dim)

    def forward(self, session):
        x = self.items(session)
        last = x[:, -1:]
        context, _ = self.attend(last, x, x, need_weights=False)
        return self.norm(last + context).squeeze(1) @ self.items.weight.T / x.shape[-1] ** 0.5


def program(v: Variation) -> Program:
    session = torch.randint(15, (v.rows, 6))
    follows = 2 * torch.randn(15, 15)
    shares = (follows[session[:, -1]] + 0.5 * follows[session[:, -2]] + 0.1 * torch.randn(v.rows, 15)).softmax(1)
    return Program(
        Session(15, v.width),
        lambda scores, share: F.kl_div(F.log_softmax(scores, dim=-1), share, reduction="batchmean"),
        session,
        shares,
    )
