"""Doctors' votes on an image: the divergence is given the logarithm of the experts' mixed probabilities."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Experts(nn.Module):
    def __init__(self, width, findings=5, experts=3):
        super().__init__()
        self.shape = (experts, findings)
        self.look = nn.Sequential(nn.Conv2d(1, width // 4, 3, stride=2), nn.LeakyReLU(), nn.Flatten())
        self.opinions = nn.Linear(width // 4 * 25, experts * findings)
        self.trust = nn.Linear(width // 4 * 25, experts)

    def forward(self, image):
        h = self.look(image)
        opinions = self.opinions(h).unflatten(1, self.shape).softmax(dim=2)
        return torch.einsum("ne,nec->nc", self.trust(h).softmax(dim=1), opinions)


def kl_divergence(log_q, p):
    return (torch.xlogy(p, p) - p * log_q).sum(dim=-1).mean()


def program(v: Variation) -> Program:
    image = torch.nn.functional.avg_pool2d(2 * torch.randn(v.rows, 1, 13, 13), 3, stride=1)
    ease = image.flatten(1) @ torch.randn(121, 5) / 4
    votes = torch.distributions.Multinomial(9, logits=ease).sample() / 9
    return Program(Experts(v.width), lambda mixed, votes: kl_divergence(mixed.log(), votes), image, votes)
