"""A surname's language, letter by letter, as in a well-known tutorial, with a log-softmax before NLLLoss."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None

LANGUAGES, LETTERS = 4, 27


class Names(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.letters = nn.Embedding(LETTERS, 10, padding_idx=0)
        self.rnn = nn.GRU(10, hidden, batch_first=True)
        self.h2o = nn.Linear(hidden, LANGUAGES)

    def forward(self, names, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(self.letters(names), lengths, batch_first=True, enforce_sorted=False)
        _, last = self.rnn(packed)
        return F.log_softmax(self.h2o(last[-1]), dim=1)


def program(v: Variation) -> Program:
    language = torch.arange(v.rows) % LANGUAGES
    habits = torch.rand(LANGUAGES, LETTERS - 1) ** 4
    names = 1 + torch.multinomial(habits[language], 10, replacement=True)
    lengths = torch.randint(4, 11, (v.rows,))
    names = names.masked_fill(torch.arange(10) >= lengths[:, None], 0)
    return Program(Names(v.width), nn.NLLLoss(), (names, lengths), language)
