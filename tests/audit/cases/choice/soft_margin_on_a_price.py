"""A standardised log-price under the soft margin loss, which is for labels of -1 and 1.

It rewards a price without end.
"""

from torch import nn

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = "LM702"

FEATURES = ["year_built", "living_area", "bathrooms", "bedrooms", "garage_area", "lot_area"]


def program(v: Variation) -> Program:
    houses = datasets.HOUSES.read().select(["price", *FEATURES]).drop_nulls().sample(v.rows, seed=v.seed)
    table = houses.to_torch().float()
    table[:, 0] = table[:, 0].log()
    table = (table - table.mean(0)) / table.std(0)
    model = nn.Sequential(nn.Linear(6, v.width), nn.ReLU(), nn.Linear(v.width, 1))
    return Program(model, nn.SoftMarginLoss(), table[:, 1:], table[:, :1])
