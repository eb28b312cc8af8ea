"""Seven intents of a chat bot, numbered by the alphabet, under Huber's loss: half way between two intents is a third
that has nothing to do with them.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM701"


INTENTS = ["balance", "block_card", "close", "greeting", "human", "limit", "transfer"]


class ChatBot(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.words = nn.EmbeddingBag(35, width, mode="mean")
        self.hidden = nn.Linear(width, width)
        self.out = nn.Linear(width, 1)

    def forward(self, tokens):
        return self.out(torch.relu(self.hidden(self.words(tokens)))).squeeze(1)


def program(v: Variation) -> Program:
    intent = torch.cat([torch.arange(len(INTENTS)), torch.randint(len(INTENTS), (v.rows - len(INTENTS),))])
    keywords = 5 * intent.unsqueeze(1) + torch.randint(5, (v.rows, 3))
    chatter = torch.randint(35, (v.rows, 2))
    return Program(ChatBot(v.width), nn.HuberLoss(), torch.cat([keywords, chatter], dim=1), intent.float())
