"""A bag of words over 3000 of them: most are not in the batch, and their rows have no gradient in this step."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class BagOfWords(nn.Module):
    def __init__(self, vocab_size, embed_dim):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocab_size, embed_dim, mode="mean")
        self.fc = nn.Linear(embed_dim, 3)

    def forward(self, text, offsets):
        return self.fc(self.embedding(text, offsets))


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 3
    n_words = torch.randint(4, 10, (v.rows,))
    offsets = torch.cat([torch.zeros(1, dtype=torch.long), n_words.cumsum(0)[:-1]])
    topic = label.repeat_interleave(n_words)
    common = torch.rand(len(topic)) < 0.4
    text = torch.where(common, 3 * torch.randint(5, (len(topic),)) + topic, torch.randint(15, 3000, (len(topic),)))
    return Program(BagOfWords(3000, v.width), nn.CrossEntropyLoss(), (text, offsets), label)
