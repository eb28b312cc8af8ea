"""Two passes with different dropouts: the cross-entropy of each, and the two divergences between them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class RDrop(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.model(x), self.model(x)


def compute_kl_loss(p: Tensor, q: Tensor) -> Tensor:
    p_loss = F.kl_div(F.log_softmax(p, dim=-1), F.softmax(q, dim=-1), reduction="none").sum(-1).mean()
    q_loss = F.kl_div(F.log_softmax(q, dim=-1), F.softmax(p, dim=-1), reduction="none").sum(-1).mean()
    return (p_loss + q_loss) / 2


def loss(both: tuple[Tensor, Tensor], label: Tensor) -> Tensor:
    logits, logits2 = both
    ce_loss = 0.5 * (F.cross_entropy(logits, label) + F.cross_entropy(logits2, label))
    return ce_loss + 0.7 * compute_kl_loss(logits, logits2)


def program(v: Variation) -> Program:
    sentence = torch.randint(40, (v.rows, 12))
    label = ((sentence < 20).float().mean(1) > 0.5).long()
    model = nn.Sequential(
        nn.EmbeddingBag(40, v.width), nn.Dropout(0.2), nn.Linear(v.width, v.width), nn.ReLU(), nn.Linear(v.width, 2)
    )
    return Program(RDrop(model), loss, sentence, label)
