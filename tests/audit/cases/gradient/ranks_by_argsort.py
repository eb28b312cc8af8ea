"""The discounted gain is taken of ranks that argsort says: they have no slope by the scores, so nothing is learned."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM802"


class Ranker(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query = nn.Linear(4, width)
        self.document = nn.Linear(6, width)
        self.relevance = nn.Linear(width, 1, bias=False)

    def forward(self, query, documents):
        return self.relevance(torch.relu(self.query(query)[:, None] + self.document(documents))).squeeze(2)


def one_minus_ndcg(scores, gain):
    ranks = scores.argsort(1, descending=True).argsort(1) + 1.0
    dcg = (gain / torch.log2(1 + ranks)).sum(1)
    best = gain.sort(1, descending=True).values / torch.log2(torch.arange(gain.shape[1]) + 2.0)
    return (1 - dcg / best.sum(1)).mean()


def program(v: Variation) -> Program:
    query, documents = torch.randn(v.rows, 4), torch.randn(v.rows, 7, 6)
    fits = torch.einsum("nq,ndq->nd", query, documents[..., :4]) + documents[..., 5]
    gain = (fits.argsort(1).argsort(1) - 3.0).clamp(min=0)
    return Program(Ranker(v.width), one_minus_ndcg, (query, documents), gain)
