"""Answers are marked in characters, the scores are for tokens.

Every place lies behind the last token, where answers are ignored.
"""

from dataclasses import dataclass

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM502"


TOKENS = 20


@dataclass
class QuestionAnsweringOutput:
    start_logits: torch.Tensor
    end_logits: torch.Tensor


class SpanFinder(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.embeddings = nn.Embedding(30, 16)
        layer = nn.TransformerEncoderLayer(16, 2, hidden, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.qa_outputs = nn.Linear(16, 2)

    def forward(self, input_ids):
        logits = self.qa_outputs(self.encoder(self.embeddings(input_ids)))
        return QuestionAnsweringOutput(logits[..., 0], logits[..., 1])


def span_loss(output, spans):
    ignored_index = output.start_logits.size(1)
    start, end = (place.clamp(0, ignored_index) for place in spans)
    loss_fct = nn.CrossEntropyLoss(ignore_index=ignored_index)
    return (loss_fct(output.start_logits, start) + loss_fct(output.end_logits, end)) / 2


def program(v: Variation) -> Program:
    input_ids = torch.randint(2, 30, (v.rows, TOKENS))
    start = torch.randint(4, TOKENS - 3, (v.rows,))
    end = start + torch.randint(3, (v.rows,))
    input_ids[torch.arange(v.rows), start], input_ids[torch.arange(v.rows), end] = 0, 1
    start_char, end_char = start * 6, end * 6 + 5
    return Program(SpanFinder(v.width), span_loss, input_ids, (start_char, end_char))
