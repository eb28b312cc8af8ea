"""Areas and coordinates are standardised, so the sigmoid starts near ½."""

from torch import nn

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None

FEATURES = ["year_built", "living_area", "frontage", "depth", "lot_area", "x", "y"]


def program(v: Variation) -> Program:
    houses = datasets.HOUSES.read().select(["price", *FEATURES]).sample(v.rows, seed=v.seed)
    x = houses.select(FEATURES).to_torch().float()
    x = (x - x.mean(0)) / x.std(0)
    price = houses["price"].to_torch().float()
    dear = (price > price.median()).float()
    model = nn.Sequential(nn.Linear(7, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Sigmoid(), nn.Flatten(0))
    return Program(model, nn.BCELoss(), x, dear)
