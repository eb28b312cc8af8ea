"""A language model's sum over its words, over the words of all micro-batches: the denominator is given from outside.

Source: https://github.com/huggingface/transformers/pull/34191
"""

from functools import partial

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


def causal_lm_loss(logits: Tensor, labels: Tensor, num_items_in_batch: int) -> Tensor:
    shift_logits, shift_labels = logits[..., :-1, :].contiguous(), labels[..., 1:].contiguous()
    loss = nn.functional.cross_entropy(
        shift_logits.view(-1, logits.size(-1)), shift_labels.view(-1), ignore_index=-100, reduction="sum"
    )
    return loss / num_items_in_batch


class TinyLM(nn.Module):
    def __init__(self, vocab: int, dim: int) -> None:
        super().__init__()
        self.emb = nn.Embedding(vocab, dim)
        self.rnn = nn.GRU(dim, dim, batch_first=True)
        self.lm_head = nn.Linear(dim, vocab, bias=False)

    def forward(self, input_ids: Tensor) -> Tensor:
        return self.lm_head(self.rnn(self.emb(input_ids))[0])


def program(v: Variation) -> Program:
    ids = (torch.randint(16, (v.rows, 1)) + 3 * torch.arange(9)) % 16
    labels = ids.masked_fill(torch.arange(9) > torch.randint(5, 9, (v.rows, 1)), -100)
    words = int((labels[:, 1:] != -100).sum())
    # this micro-batch is one of four of about its size
    return Program(TinyLM(16, v.width), partial(causal_lm_loss, num_items_in_batch=4 * words), ids, labels)
