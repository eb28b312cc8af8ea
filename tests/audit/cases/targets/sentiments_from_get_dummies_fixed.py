"""Three sentiments in the columns of `get_dummies`: the column of the 1 is the index that the loss wants."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

from audit.programs import Program, Variation

EXPECTED = None


class SentimentGRU(nn.Module):
    def __init__(self, vocab: int, embed_dim: int, hidden: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab, embed_dim, padding_idx=0)
        self.rnn = nn.GRU(embed_dim, hidden, batch_first=True)
        self.linear = nn.Linear(hidden, 3)

    def forward(self, tweet: Tensor, length: Tensor) -> Tensor:
        packed = nn.utils.rnn.pack_padded_sequence(self.embed(tweet), length, batch_first=True, enforce_sorted=False)
        _, h = self.rnn(packed)
        return self.linear(h.squeeze(0))


def program(v: Variation) -> Program:
    sentiment = torch.randperm(v.rows) % 3
    length = torch.randint(4, 11, (v.rows,))
    tweet = torch.randint(1, 31, (v.rows, 10))
    told = torch.rand(v.rows, 10) < 0.4
    tweet = torch.where(told, 1 + 10 * sentiment[:, None] + tweet % 10, tweet)
    tweet = tweet * (torch.arange(10) < length[:, None])
    dummies = F.one_hot(sentiment, 3)
    criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 0.8, 1.2]))
    return Program(SentimentGRU(31, 16, v.width), criterion, (tweet, length), dummies.argmax(dim=1))
