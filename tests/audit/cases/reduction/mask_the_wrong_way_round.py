"""Tags of a sentence: the labels are erased where the attention mask is 1, so the words are ignored as the padding
already is, and a mean of nothing is NaN.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM502"


class Tagger(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Embedding(30, width, padding_idx=0)
        self.encoder = nn.GRU(width, width // 2, bidirectional=True, batch_first=True)
        self.classifier = nn.Linear(width, 4)

    def forward(self, input_ids, attention_mask):
        hidden, _ = self.encoder(self.embedding(input_ids))
        return {"logits": self.classifier(hidden * attention_mask.unsqueeze(-1))}


def token_loss(output, labels):
    logits = output["logits"]
    return nn.functional.cross_entropy(logits.view(-1, logits.shape[-1]), labels.view(-1), ignore_index=-100)


def program(v: Variation) -> Program:
    length = torch.randint(4, 10, (v.rows, 1))
    attention_mask = (torch.arange(9) < length).long()
    input_ids = torch.randint(1, 30, (v.rows, 9)) * attention_mask
    tags = (input_ids + (torch.rand(v.rows, 9) < 0.1)) % 4
    labels = torch.where(input_ids == 0, -100, tags)  # nothing to tag
    labels = labels.masked_fill(attention_mask == 1, -100)
    return Program(Tagger(v.width), token_loss, {"input_ids": input_ids, "attention_mask": attention_mask}, labels)
