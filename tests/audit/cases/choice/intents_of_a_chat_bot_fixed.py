"""Seven intents of a chat bot, each with a score of its own, under cross-entropy."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


INTENTS = ["balance", "block_card", "close", "greeting", "human", "limit", "transfer"]


class ChatBot(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.words = nn.EmbeddingBag(35, width, mode="mean")
        self.hidden = nn.Linear(width, width)
        self.out = nn.Linear(width, len(INTENTS))

    def forward(self, tokens):
        return self.out(torch.relu(self.hidden(self.words(tokens))))


def program(v: Variation) -> Program:
    intent = torch.cat([torch.arange(len(INTENTS)), torch.randint(len(INTENTS), (v.rows - len(INTENTS),))])
    keywords = 5 * intent.unsqueeze(1) + torch.randint(5, (v.rows, 3))
    chatter = torch.randint(35, (v.rows, 2))
    return Program(ChatBot(v.width), nn.CrossEntropyLoss(), torch.cat([keywords, chatter], dim=1), intent)
