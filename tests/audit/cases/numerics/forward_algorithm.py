"""A conditional random field sums over its paths by exp and log.

After 64 tags of nine kinds the sum is 9⁶⁴, beyond the largest number.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM603"


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, hidden_dim, tagset_size):
        super().__init__()
        self.word_embeds = nn.Embedding(vocab_size, 12)
        self.lstm = nn.LSTM(12, hidden_dim // 2, bidirectional=True, batch_first=True)
        self.hidden2tag = nn.Linear(hidden_dim, tagset_size)

    def forward(self, sentence):
        lstm_out, _ = self.lstm(self.word_embeds(sentence))
        return self.hidden2tag(lstm_out)


class CRF(nn.Module):
    def __init__(self, num_tags):
        super().__init__()
        self.transitions = nn.Parameter(0.1 * torch.randn(num_tags, num_tags))

    def _score(self, feats, tags):
        emitted = feats.gather(2, tags.unsqueeze(2)).squeeze(2).sum(1)
        return emitted + self.transitions[tags[:, :-1], tags[:, 1:]].sum(1)

    def _partition(self, feats):
        alpha = feats[:, 0]
        for t in range(1, feats.size(1)):
            alpha = torch.log(torch.exp(alpha.unsqueeze(2) + self.transitions + feats[:, t].unsqueeze(1)).sum(1))
        return torch.log(torch.exp(alpha).sum(1))

    def forward(self, feats, tags):
        return (self._partition(feats) - self._score(feats, tags)).mean()


def program(v: Variation) -> Program:
    sentence = torch.randint(27, (v.rows, 64))
    tags = (sentence // 3 + (sentence.roll(1, 1) > 20).long()) % 9
    return Program(BiLSTMTagger(27, v.width, 9), CRF(9), sentence, tags)
