"""Five kinds of birds, numbered by the alphabet, as one number: no robin lies between a blackbird and a wren."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM701"


BIRDS = ["blackbird", "chaffinch", "robin", "sparrow", "wren"]


class SongGRU(nn.Module):
    def __init__(self, n_mels, hidden_size):
        super().__init__()
        self.gru = nn.GRU(n_mels, hidden_size, num_layers=1, batch_first=True)
        self.fc = nn.Linear(hidden_size, 1)

    def forward(self, mel):
        _, h_n = self.gru(mel)
        return self.fc(h_n[-1])


def program(v: Variation) -> Program:
    bird = torch.arange(v.rows) % 5
    songs = torch.randn(5, 12, 8)
    mel = songs[bird] + 0.7 * torch.randn(v.rows, 12, 8)
    return Program(SongGRU(8, v.width), lambda out, y: F.l1_loss(out.squeeze(1), y.float()), mel, bird)
