"""What a sentence asks for and what each word stands for: the slots' scores have their classes last already, and a
transpose before the flattening makes rows of five words instead of five slots."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM303"


class AssistantModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.words = nn.Embedding(40, 16)
        self.read = nn.GRU(16, width, batch_first=True, bidirectional=True)
        self.intent = nn.Linear(2 * width, 3)
        self.slots = nn.Linear(2 * width, 5)

    def forward(self, words, valid):
        h, _ = self.read(self.words(words))
        weight = valid.unsqueeze(2).float()
        return self.intent((h * weight).sum(1) / weight.sum(1)), self.slots(h)


class JointLoss(nn.Module):
    def __init__(self, slot_weight=1.0):
        super().__init__()
        self.slot_weight = slot_weight
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, output, target):
        intent, slots = output
        valid = target["valid"]
        slots = slots.transpose(1, 2).reshape(-1, 5)[valid.flatten()]
        return self.criterion(intent, target["intent"]) + self.slot_weight * self.criterion(
            slots, target["slots"][valid]
        )


def program(v: Variation) -> Program:
    words = torch.randint(1, 40, (v.rows, 9))
    valid = torch.arange(9) < torch.randint(4, 10, (v.rows, 1))
    words = words * valid
    before = F.pad(words, (1, -1))
    slots = (words // 8 + (before < 12).long()) % 5
    target = {"intent": words[:, :3].sum(1) // 14 % 3, "slots": slots, "valid": valid}
    return Program(AssistantModel(v.width), JointLoss(), {"words": words, "valid": valid}, target)
