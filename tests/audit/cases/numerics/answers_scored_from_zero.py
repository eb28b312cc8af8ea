"""Answers to a question are ranked by a list-wise softmax beside clicks: scores are cut to 1 to 5 first, and those
below 1, most of them, have no gradient in the list.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


class TwoTowers(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.question = nn.Linear(12, 16, bias=False)
        self.answer = nn.Linear(12, 16, bias=False)
        self.click = nn.Sequential(nn.Linear(16, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(self, question, answers):
        q = F.normalize(self.question(question), dim=-1)
        a = F.normalize(self.answer(answers), dim=-1)
        score = 6 * torch.einsum("nd,nad->na", q, a)
        return score, self.click(4 * a * q[:, None]).squeeze(-1)


def ranking_loss(prediction, target):
    score, click = prediction
    grade, clicked, shown = target["grade"], target["clicked"], target["shown"]
    score = score.clamp(1, 5).masked_fill(~shown, -1e4)
    wanted = grade.masked_fill(~shown, -1e4).softmax(dim=1)
    listwise = -(wanted * score.log_softmax(dim=1)).sum(dim=1).mean()
    clicks = F.binary_cross_entropy_with_logits(click[shown], clicked[shown])
    return listwise + 0.3 * clicks


def program(v: Variation) -> Program:
    question, answers = torch.randn(v.rows, 12), torch.randn(v.rows, 10, 12)
    fit = (answers * question[:, None]).sum(-1) / 12**0.5
    shown = torch.arange(10) < torch.randint(5, 11, (v.rows, 1))
    clicked = (fit + 0.3 * torch.randn_like(fit) > 0).float()
    target = {"grade": 2 * fit, "clicked": clicked, "shown": shown}
    return Program(TwoTowers(v.width), ranking_loss, (question, answers), target)
