"""The loss sees the predicted price as it is."""

from torch import nn

import lossmith as lm
from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None

FEATURES = ["year_built", "living_area", "bathrooms", "bedrooms", "garage_area", "lot_area"]


def loss(prediction, log_price):
    return lm.Huber(delta=0.3)(prediction, log_price)


def program(v: Variation) -> Program:
    houses = datasets.HOUSES.read().select(["price", *FEATURES]).drop_nulls().sample(v.rows, seed=v.seed)
    x = houses.select(FEATURES).to_torch().float()
    x = (x - x.mean(0)) / x.std(0)
    log_price = houses["price"].to_torch().float().log10()
    model = nn.Sequential(nn.Linear(6, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    return Program(model, loss, x, log_price)
