"""Areas and coordinates go in as they are, up to a million.

The sigmoid at the end is at 0 or 1 from the start, where it has no slope.
"""

from torch import nn

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = "LM607"

FEATURES = ["year_built", "living_area", "frontage", "depth", "lot_area", "x", "y"]


def program(v: Variation) -> Program:
    houses = datasets.HOUSES.read().select(["price", *FEATURES]).sample(v.rows, seed=v.seed)
    x = houses.select(FEATURES).to_torch().float()
    price = houses["price"].to_torch().float()
    dear = (price > price.median()).float()
    model = nn.Sequential(nn.Linear(7, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Sigmoid(), nn.Flatten(0))
    return Program(model, nn.BCELoss(), x, dear)
