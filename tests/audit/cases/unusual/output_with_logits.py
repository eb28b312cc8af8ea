"""The model returns an object with its scores and hidden states, as Hugging Face's do; the loss reads the scores."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


@dataclass
class Output:
    logits: Tensor
    hidden_states: tuple[Tensor, ...] = ()


class Classifier(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Embedding(30, width)
        self.dense = nn.Linear(width, width)
        self.head = nn.Linear(width, 3)

    def forward(self, input_ids, attention_mask):
        h = self.embedding(input_ids)
        pooled = (h * attention_mask[..., None]).sum(1) / attention_mask.sum(1, keepdim=True)
        return Output(self.head(torch.tanh(self.dense(pooled))), (h, pooled))


def program(v: Variation) -> Program:
    ids = torch.randint(30, (v.rows, 14))
    mask = (torch.arange(14) < torch.randint(6, 15, (v.rows, 1))).float()
    votes = (F.one_hot(ids % 3, 3) * mask[..., None]).sum(1) + 0.1 * torch.rand(v.rows, 3)
    inputs = {"input_ids": ids, "attention_mask": mask}
    return Program(Classifier(v.width), lambda out, y: F.cross_entropy(out.logits, y), inputs, votes.argmax(1))
