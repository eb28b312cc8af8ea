"""Which of eight ingredients a dish holds, several at once: rows of several ones under a softmax, which must share
1 among them.
"""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM211"


class DishNet(nn.Module):
    """Attention over the words of a recipe's title."""

    def __init__(self, vocab: int, d_model: int, n_ingredients: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocab, d_model)
        self.attn = nn.MultiheadAttention(d_model, 4, batch_first=True)
        self.out = nn.Linear(d_model, n_ingredients)

    def forward(self, title: Tensor) -> Tensor:
        e = self.words(title)
        a, _ = self.attn(e, e, e, need_weights=False)
        return self.out((e + a).mean(dim=1))


def program(v: Variation) -> Program:
    title = torch.randint(24, (v.rows, 7))
    ingredients = torch.zeros(v.rows, 8).scatter_(1, title // 3, 1.0)
    ingredients = torch.where(torch.rand_like(ingredients) < 0.03, 1 - ingredients, ingredients)
    criterion = nn.CrossEntropyLoss()
    return Program(DishNet(24, v.width, 8), criterion, title, ingredients)
