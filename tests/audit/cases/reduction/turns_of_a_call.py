"""What is done in each turn of a call, and was the caller content? Turns after the end have a loss of 0 and are
averaged along, so that the first question counts for half."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM501"


class CallModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.turns = nn.GRU(12, width, batch_first=True)
        self.act = nn.Linear(width, 4)
        self.content = nn.Linear(width, 1)

    def forward(self, turns, lengths):
        h, _ = self.turns(turns)
        last = h[torch.arange(len(h)), lengths - 1]
        return self.act(h), self.content(last).squeeze(1)


def call_loss(output, target):
    acts, content = output
    act, lengths, was_content = target
    beyond = torch.arange(acts.shape[1]) >= lengths.unsqueeze(1)
    nll = F.cross_entropy(acts.transpose(1, 2), act, reduction="none")
    nll = nll.masked_fill(beyond, 0.0).mean()
    return nll + 0.5 * F.binary_cross_entropy_with_logits(content, was_content)


def program(v: Variation) -> Program:
    act = torch.randint(4, (v.rows, 10))
    lengths = torch.randint(2, 9, (v.rows,))
    tone = torch.randn(v.rows)
    there = (torch.arange(10) < lengths.unsqueeze(1)).unsqueeze(2)
    turns = torch.randn(4, 12)[act] + 0.5 * tone.view(-1, 1, 1) * torch.randn(12) + 0.5 * torch.randn(v.rows, 10, 12)
    was_content = (tone + 0.3 * torch.randn(v.rows) > 0).float()
    return Program(CallModel(v.width), call_loss, (turns * there, lengths), (act * there[..., 0], lengths, was_content))
