"""Subwords and padding bear -100, which torch's cross-entropy skips by default; this focal loss does not: its gather
raises.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM202"


class TokenClassifier(nn.Module):
    def __init__(self, width, labels=5):
        super().__init__()
        self.word = nn.Embedding(80, width, padding_idx=0)
        self.position = nn.Parameter(0.02 * torch.randn(10, width))
        layer = nn.TransformerEncoderLayer(width, nhead=2, dim_feedforward=64, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=1, enable_nested_tensor=False)
        self.classifier = nn.Linear(width, labels)

    def forward(self, input_ids, attention_mask):
        hidden = self.word(input_ids) + self.position
        hidden = self.encoder(hidden, src_key_padding_mask=attention_mask == 0)
        return {"logits": self.classifier(hidden)}


def focal(output, labels, gamma=2.0):
    logits, labels = output["logits"].flatten(0, 1), labels.flatten()
    log_p = logits.log_softmax(-1).gather(1, labels[:, None]).squeeze(1)
    return ((1 - log_p.exp()).pow(gamma) * -log_p).mean()


def program(v: Variation) -> Program:
    ids = torch.randint(1, 80, (v.rows, 10))
    mask = torch.arange(10) < torch.randint(5, 11, (v.rows, 1))
    first_piece = torch.rand(v.rows, 10) < 0.8
    labels = torch.where(mask & first_piece, ids % 5, -100)
    return Program(TokenClassifier(v.width), focal, {"input_ids": ids * mask, "attention_mask": mask.long()}, labels)
