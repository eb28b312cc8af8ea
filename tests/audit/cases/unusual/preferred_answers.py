"""Direct preference optimisation: log-probabilities of two answers, each less those of a frozen reference."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Policy(nn.Module):
    def __init__(self, vocab_size, hidden):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, 16)
        self.gru = nn.GRU(16, hidden, batch_first=True)
        self.out = nn.Linear(hidden, vocab_size)

    def log_prob(self, tokens):
        log_probs = self.out(self.gru(self.emb(tokens[:, :-1]))[0]).log_softmax(-1)
        return log_probs.gather(2, tokens[:, 1:, None]).squeeze(2).sum(1)

    def forward(self, chosen, rejected):
        return self.log_prob(chosen), self.log_prob(rejected)


def dpo_loss(policy, reference, beta=0.3):
    chosen, rejected = policy
    margin = (chosen - reference["chosen"]) - (rejected - reference["rejected"])
    return -F.logsigmoid(beta * margin).mean()


def program(v: Variation) -> Program:
    prompt = torch.randint(12, (v.rows, 3))
    first, second = torch.randint(12, (2, v.rows, 5)).unbind(0)
    better = (first.sum(1, keepdim=True) + 3 * torch.randn(v.rows, 1)) > second.sum(1, keepdim=True)
    chosen = torch.cat([prompt, torch.where(better, first, second)], dim=1)
    rejected = torch.cat([prompt, torch.where(better, second, first)], dim=1)
    policy, frozen = Policy(12, v.width), Policy(12, v.width)
    with torch.no_grad():
        reference = {"chosen": frozen.log_prob(chosen), "rejected": frozen.log_prob(rejected)}
    return Program(policy, dpo_loss, (chosen, rejected), reference)
