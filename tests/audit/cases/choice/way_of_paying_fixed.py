"""How a customer pays, five ways numbered as they stand in the form, by a weighted cross-entropy of five scores."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MixtureOfExperts(nn.Module):
    def __init__(self, features, width, experts=4):
        super().__init__()
        self.gate = nn.Linear(features, experts)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(features, width // 2), nn.SiLU(), nn.Linear(width // 2, 5)) for _ in range(experts)
        )

    def forward(self, customer):
        share = self.gate(customer).softmax(-1)
        said = torch.stack([expert(customer) for expert in self.experts], dim=1)
        return torch.einsum("ne,nek->nk", share, said)


def payment_loss(said, target):
    way, orders = target
    error = nn.functional.cross_entropy(said, way, reduction="none")
    return (orders * error).sum() / orders.sum()


def program(v: Variation) -> Program:
    way = torch.randperm(v.rows) % 5
    customer = 1.3 * torch.randn(5, 10)[way] + 0.8 * torch.randn(v.rows, 10)
    orders = torch.randint(1, 6, (v.rows,)).float()
    return Program(MixtureOfExperts(10, v.width), payment_loss, customer, (way, orders))
