"""A field called logits holds the raw scores of an intent classifier, which the focal loss starts from."""

from dataclasses import dataclass

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


@dataclass
class Output:
    logits: torch.Tensor
    hidden: torch.Tensor


class Intents(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.embeddings = nn.Embedding(60, hidden_size, padding_idx=0)
        self.gru = nn.GRU(hidden_size, hidden_size, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.1)
        self.classifier = nn.Linear(2 * hidden_size, 6)

    def forward(self, input_ids, attention_mask):
        states, _ = self.gru(self.embeddings(input_ids))
        mask = attention_mask.unsqueeze(-1).float()
        pooled = (states * mask).sum(1) / mask.sum(1)
        logits = self.classifier(self.dropout(pooled))
        return Output(logits, states)


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma
        self.ce = nn.CrossEntropyLoss(reduction="none")

    def forward(self, output, labels):
        ce = self.ce(output.logits, labels)
        return ((1 - torch.exp(-ce)) ** self.gamma * ce).mean()


def program(v: Variation) -> Program:
    labels = torch.arange(v.rows) % 6
    topical = torch.rand(v.rows, 8) < 0.5
    own = 1 + labels[:, None] * 8 + torch.randint(8, (v.rows, 8))
    ids = torch.where(topical, own, torch.randint(1, 60, (v.rows, 8)))
    mask = torch.arange(8) < torch.randint(4, 9, (v.rows, 1))
    batch = {"input_ids": ids * mask, "attention_mask": mask.long()}
    return Program(Intents(v.width), FocalLoss(), batch, labels)
