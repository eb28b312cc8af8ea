"""Five kinds of birds, each with a score of its own."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


BIRDS = ["blackbird", "chaffinch", "robin", "sparrow", "wren"]


class SongGRU(nn.Module):
    def __init__(self, n_mels, hidden_size):
        super().__init__()
        self.gru = nn.GRU(n_mels, hidden_size, num_layers=1, batch_first=True)
        self.fc = nn.Linear(hidden_size, len(BIRDS))

    def forward(self, mel):
        _, h_n = self.gru(mel)
        return self.fc(h_n[-1])


def program(v: Variation) -> Program:
    bird = torch.arange(v.rows) % 5
    songs = torch.randn(5, 12, 8)
    mel = songs[bird] + 0.7 * torch.randn(v.rows, 12, 8)
    return Program(SongGRU(8, v.width), lambda out, y: F.cross_entropy(out, y), mel, bird)
