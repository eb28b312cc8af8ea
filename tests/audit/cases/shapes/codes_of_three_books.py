"""Codes of a sound in three books of eight, from its spectrum: the scores of a book are (N, codes, T), and are made
rows of eight without moving the codes last."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM303"


class SpectrumToCodes(nn.Module):
    def __init__(self, width: int, books: int = 3, codes: int = 8) -> None:
        super().__init__()
        self.books, self.codes = books, codes
        self.trunk = nn.Sequential(
            nn.Conv1d(16, width, 3, padding=1), nn.GELU(), nn.Conv1d(width, width, 3, padding=1), nn.GELU()
        )
        self.head = nn.Conv1d(width, books * codes, 1)

    def forward(self, spectrum: Tensor) -> Tensor:
        return self.head(self.trunk(spectrum)).unflatten(1, (self.books, self.codes))


class CodeBookLoss(nn.Module):
    def __init__(self, weights: tuple[float, ...] = (1.0, 0.7, 0.4)) -> None:
        super().__init__()
        self.weights = weights

    def forward(self, scores: Tensor, codes: Tensor) -> Tensor:
        total = scores.new_zeros(())
        for book, weight in enumerate(self.weights):
            rows = scores[:, book].reshape(-1, scores.shape[2])
            total = total + weight * F.cross_entropy(rows, codes[:, book].reshape(-1))
        return total / sum(self.weights)


def program(v: Variation) -> Program:
    codes = torch.randint(8, (v.rows, 3, 12))
    vectors = torch.randn(3, 8, 16)
    spectrum = sum(vectors[book][codes[:, book]] for book in range(3)).transpose(1, 2)
    spectrum = (spectrum + 0.3 * torch.randn_like(spectrum)) / 1.8
    return Program(SpectrumToCodes(v.width), CodeBookLoss(), spectrum, codes)
