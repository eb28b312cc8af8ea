"""Whether a student solves the next question, by an LSTM: a probability for each question is gathered and compared
with the answer.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None

QUESTIONS = 12


class DKT(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.interaction_emb = nn.Embedding(2 * QUESTIONS, hidden)
        self.lstm_layer = nn.LSTM(hidden, hidden, batch_first=True)
        self.out_layer = nn.Linear(hidden, QUESTIONS)

    def forward(self, q: Tensor, r: Tensor) -> Tensor:
        h, _ = self.lstm_layer(self.interaction_emb(q + QUESTIONS * r))
        return torch.sigmoid(self.out_layer(h))


def loss(y: Tensor, batch: dict[str, Tensor]) -> Tensor:
    y = (y * F.one_hot(batch["qshft"], QUESTIONS)).sum(-1)
    y = torch.masked_select(y, batch["mask"])
    t = torch.masked_select(batch["rshft"], batch["mask"])
    return F.binary_cross_entropy(y, t.float())


def program(v: Variation) -> Program:
    length = 16
    q = torch.randint(QUESTIONS, (v.rows, length))
    skill, hardness = torch.randn(v.rows, 1), torch.randn(QUESTIONS)
    r = (torch.rand(v.rows, length) < torch.sigmoid(2 * (skill - hardness[q]))).long()
    answered = torch.randint(6, length, (v.rows, 1))
    mask = torch.arange(length - 1) < answered
    shifted = {"qshft": q[:, 1:], "rshft": r[:, 1:], "mask": mask}
    return Program(DKT(v.width), loss, (q[:, :-1], r[:, :-1]), shifted)
