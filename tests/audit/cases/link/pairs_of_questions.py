"""Two questions, duplicates or not, with `num_labels = 1`: cross-entropy over one score is 0 whatever the score."""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM109"


class PairClassifier(nn.Module):
    def __init__(self, vocab_size: int, hidden: int, num_labels: int) -> None:
        super().__init__()
        self.embeddings = nn.Embedding(vocab_size, 16)
        self.pooler = nn.Linear(16, hidden)
        self.classifier = nn.Linear(3 * hidden, num_labels)

    def encode(self, ids: Tensor) -> Tensor:
        return torch.tanh(self.pooler(self.embeddings(ids).mean(1)))

    def forward(self, question1: Tensor, question2: Tensor) -> dict[str, Tensor]:
        u, w = self.encode(question1), self.encode(question2)
        return {"logits": self.classifier(torch.cat([u, w, (u - w).abs()], dim=-1))}


def compute_loss(outputs: dict[str, Tensor], labels: Tensor) -> Tensor:
    loss_fct = nn.CrossEntropyLoss()
    return loss_fct(outputs["logits"], labels.view(-1, 1).float())


def program(v: Variation) -> Program:
    question1 = torch.randint(30, (v.rows, 8))
    labels = torch.randperm(v.rows) % 2
    other = torch.randint(30, (v.rows, 8))
    copied = torch.where(torch.rand(v.rows, 8) < 0.8, question1, other)
    question2 = torch.where(labels[:, None] == 1, copied, other)
    inputs = {"question1": question1, "question2": question2}
    return Program(PairClassifier(30, v.width, num_labels=1), compute_loss, inputs, labels)
