"""The attention to padding is 0, and the penalty on its entropy takes the logarithm of it: 0·log 0 is NaN."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM601"


class AttentionClassifier(nn.Module):
    def __init__(self, vocab_size, hidden_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 24, padding_idx=0)
        self.rnn = nn.GRU(24, hidden_dim, batch_first=True, bidirectional=True)
        self.attn = nn.Linear(2 * hidden_dim, 1)
        self.fc = nn.Linear(2 * hidden_dim, num_classes)

    def forward(self, text):
        output, _ = self.rnn(self.embedding(text))
        energy = self.attn(torch.tanh(output)).squeeze(-1)
        weights = energy.masked_fill(text == 0, float("-inf")).softmax(dim=1)
        context = torch.bmm(weights.unsqueeze(1), output).squeeze(1)
        return self.fc(context), weights


class SparseAttentionLoss(nn.Module):
    def __init__(self, lambd=0.01):
        super().__init__()
        self.ce, self.lambd = nn.CrossEntropyLoss(), lambd

    def forward(self, outputs, labels):
        logits, weights = outputs
        entropy = -(weights * torch.log(weights)).sum(dim=1).mean()
        return self.ce(logits, labels) + self.lambd * entropy


def program(v: Variation) -> Program:
    text = torch.randint(1, 40, (v.rows, 14))
    labels = (text[:, 0] + text[:, 1]) % 3
    labels[:3] = torch.arange(3)
    text[:3, 0], text[:3, 1] = 3, labels[:3] + 3
    text = text.masked_fill(torch.arange(14) >= torch.randint(4, 13, (v.rows, 1)), 0)
    return Program(AttentionClassifier(40, v.width, 3), SparseAttentionLoss(), text, labels)
