"""Papers without a topic bear the label -1 in a citation graph, and nothing tells the loss to leave them out."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM202"


class GCN(nn.Module):
    def __init__(self, d_in, d_hidden, n_topics):
        super().__init__()
        self.w0 = nn.Linear(d_in, d_hidden, bias=False)
        self.w1 = nn.Linear(d_hidden, n_topics)

    def forward(self, features, edges):
        degree = edges.sum(1)
        norm = edges / (degree[:, None] * degree).sqrt()
        return self.w1(norm @ F.relu(self.w0(norm @ features)))


def program(v: Variation) -> Program:
    topic = torch.arange(v.rows) % 3
    cited = torch.bernoulli(torch.where(topic[:, None] == topic, 0.4, 0.04)).triu(1)
    features = F.one_hot(topic, 3) + 0.7 * torch.randn(v.rows, 3)
    label = torch.where(torch.arange(v.rows) % 5 < 3, topic, -1)
    model = GCN(3, v.width, 3)
    return Program(model, nn.CrossEntropyLoss(), (features, cited + cited.T + torch.eye(v.rows)), label)
