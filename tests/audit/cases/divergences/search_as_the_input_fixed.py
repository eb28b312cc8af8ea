"""A network learns the moves that a search prefers: the prediction stands first and the search second."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class PolicyNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.piece = nn.Embedding(3, width)
        self.mixer = nn.Linear(16, 16)
        self.move = nn.Linear(width, 1, bias=False)

    def forward(self, board):
        h = self.piece(board)
        h = h + torch.relu(self.mixer(h.mT)).mT
        return self.move(h).squeeze(2).log_softmax(dim=1)


divergence = nn.KLDivLoss(reduction="batchmean", log_target=True)


def search_loss(policy, search):
    return divergence(policy, search)


def program(v: Variation) -> Program:
    board = torch.randint(0, 3, (v.rows, 16))
    worth = torch.tensor([1.5, 0.0, -1.5])[board] + (board == 1).float() @ torch.randn(16, 16) / 2
    search = torch.log_softmax(worth + 0.3 * torch.randn(v.rows, 16), dim=1)
    return Program(PolicyNet(v.width), search_loss, board, search)
