"""A standardised log-price under the Huber loss."""

from torch import nn

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None

FEATURES = ["year_built", "living_area", "bathrooms", "bedrooms", "garage_area", "lot_area"]


def program(v: Variation) -> Program:
    houses = datasets.HOUSES.read().select(["price", *FEATURES]).drop_nulls().sample(v.rows, seed=v.seed)
    table = houses.to_torch().float()
    table[:, 0] = table[:, 0].log()
    table = (table - table.mean(0)) / table.std(0)
    model = nn.Sequential(nn.Linear(6, v.width), nn.ReLU(), nn.Linear(v.width, 1))
    return Program(model, nn.HuberLoss(), table[:, 1:], table[:, :1])
