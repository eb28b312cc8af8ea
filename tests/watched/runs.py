"""Trainings, right and wrong, each labelled before the watch has seen it.

A wrong one says which codes name it. A right one may be followed by notes, never by an error or a warning.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import lossmith as lm
from lossmith.watching import Watch


@dataclass(frozen=True)
class Variation:
    """How a training is varied: what is wrong must be found, and what is right let alone, in each of them."""

    seed: int = 0
    width: int = 32
    rows: int = 64
    optimiser: str = "adam"
    rate: float = 1.0  # times the learning rate of the run, where it has one of its own

    def optimise(self, parameters, rate=None):
        """An optimiser with the learning rate that is usual for it."""
        if self.optimiser == "sgd":
            return torch.optim.SGD(parameters, lr=self.rate * (rate or 0.05), momentum=0.9)
        return torch.optim.AdamW(parameters, lr=self.rate * (rate or 2e-3))


VARIATIONS = (
    Variation(),
    Variation(seed=1, width=128),
    Variation(seed=2, rows=8, optimiser="sgd"),
    Variation(seed=3, rows=256, rate=3.0),
    Variation(seed=4, optimiser="sgd", rate=0.3),
    Variation(seed=5, width=8, rate=0.3),
)


def blobs(v: Variation, classes: int = 3, noise: float = 1.0) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of points about as many centres as there are classes."""
    generator = torch.Generator().manual_seed(v.seed)
    centres = 2 * torch.randn(classes, 8, generator=generator)
    while True:
        label = torch.randint(classes, (v.rows,), generator=generator)
        yield centres[label] + noise * torch.randn(v.rows, 8, generator=generator), label


def line(v: Variation, noise: float = 0.5) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of a linear function with noise."""
    generator = torch.Generator().manual_seed(v.seed)
    slope = torch.randn(8, 1, generator=generator)
    while True:
        x = torch.randn(v.rows, 8, generator=generator)
        yield x, x @ slope + noise * torch.randn(v.rows, 1, generator=generator)


def mlp(v: Variation, outputs: int, *between: nn.Module, depth: int = 2) -> nn.Sequential:
    """A network of ReLU layers; what is given stands behind each."""
    layers: list[nn.Module] = []
    for n in range(depth):
        layers += [nn.Linear(v.width if n else 8, v.width), nn.ReLU(), *between]
    return nn.Sequential(*layers, nn.Linear(v.width, outputs))


def train(model, loss, optimiser, batches, steps, schedule=None, clip=None) -> Watch:
    """The plain loop."""
    with lm.watch(model, loss) as w:
        for _, (x, y) in zip(range(steps), batches, strict=False):
            optimiser.zero_grad()
            value = loss(model(x), y)
            value.backward()
            if clip:
                nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimiser.step()
            if schedule:
                schedule.step()
            w.step(value)
    return w


# Right ----------------------------------------------------------------------------------------------------------------


def classes(v: Variation, steps: int) -> Watch:
    """A classifier."""
    model = mlp(v, 3)
    return train(model, lm.CrossEntropy(), v.optimise(model.parameters()), blobs(v), steps)


def amounts(v: Variation, steps: int) -> Watch:
    """A regression whose loss is mostly noise."""
    model = mlp(v, 1)
    return train(
        model, lm.MSE(), v.optimise(model.parameters(), 1e-2 if v.optimiser == "sgd" else None), line(v, 3.0), steps
    )


def warm_up(v: Variation, steps: int) -> Watch:
    """A learning rate that rises from 0 and falls to 0 again."""
    model = mlp(v, 3)
    optimiser = v.optimise(model.parameters())
    shape = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min(n / 100, max(0.0, (steps - n) / steps)))
    return train(model, lm.CrossEntropy(), optimiser, blobs(v), steps, shape)


def cyclic(v: Variation, steps: int) -> Watch:
    """A learning rate that goes up and down."""
    model = mlp(v, 3)
    optimiser = v.optimise(model.parameters())
    wave = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: 0.01 + abs(math.sin(n / 20)))
    return train(model, lm.CrossEntropy(), optimiser, blobs(v), steps, wave)


def normalised(v: Variation, steps: int) -> Watch:
    """Batch normalisation and dropout."""
    model = mlp(v, 3, nn.BatchNorm1d(v.width), nn.Dropout(0.3))
    return train(model, lm.CrossEntropy(), v.optimise(model.parameters()), blobs(v), steps)


def deep(v: Variation, steps: int) -> Watch:
    """Twelve layers with residual connections."""

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.norm = nn.Linear(v.width, v.width), nn.LayerNorm(v.width)

        def forward(self, x):
            return x + F.relu(self.layer(self.norm(x)))

    model = nn.Sequential(nn.Linear(8, v.width), *(Residual() for _ in range(12)), nn.Linear(v.width, 3))
    return train(
        model,
        nn.CrossEntropyLoss(),
        v.optimise(model.parameters(), 5e-3 if v.optimiser == "sgd" else None),
        blobs(v),
        steps,
    )


def images(v: Variation, steps: int) -> Watch:
    """A small convolutional network."""
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 2),
    )  # fmt: skip
    generator = torch.Generator().manual_seed(v.seed)

    def batches():
        while True:
            y = torch.randint(2, (min(v.rows, 32),), generator=generator)
            x = torch.randn(len(y), 1, 8, 8, generator=generator)
            x[y == 1, :, 2:5] += 1
            yield x, y

    return train(model, lm.CrossEntropy(), v.optimise(model.parameters()), batches(), steps)


def tokens(v: Variation, steps: int) -> Watch:
    """A transformer on sequences."""
    layer = nn.TransformerEncoderLayer(16, 2, 32, 0.1, batch_first=True)
    model = nn.Sequential(
        nn.Embedding(12, 16), nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), nn.Linear(16, 12)
    )
    generator = torch.Generator().manual_seed(v.seed)

    def batches():
        while True:
            x = torch.randint(12, (min(v.rows, 16), 6), generator=generator)
            yield x, (x + 1) % 12

    def loss(scores, labels):
        return F.cross_entropy(scores.flatten(0, 1), labels.flatten())

    rate = 1e-2 if v.optimiser == "sgd" else None
    return train(model, loss, v.optimise(model.parameters(), rate), batches(), steps // 2, clip=1.0)


def recurrent(v: Variation, steps: int) -> Watch:
    """A recurrent network with clipped gradients."""

    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.head = nn.GRU(1, 16, batch_first=True), nn.Linear(16, 1)

        def forward(self, x):
            return self.head(self.cell(x)[0][:, -1])

    generator = torch.Generator().manual_seed(v.seed)
    model = Last()

    def batches():
        while True:
            x = torch.randn(v.rows, 10, 1, generator=generator)
            yield x, x.mean(1)

    return train(model, nn.MSELoss(), v.optimise(model.parameters()), batches(), steps // 2, clip=1.0)


def frozen(v: Variation, steps: int) -> Watch:
    """Fine-tuning: the first layers are trained already, and stand still."""
    model = mlp(v, 3)
    batches = blobs(v)
    optimiser = torch.optim.Adam(model.parameters(), 1e-2)
    for _, (x, y) in zip(range(100), batches, strict=False):
        optimiser.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimiser.step()
    model[:-1].requires_grad_(False)
    model[-1].reset_parameters()
    return train(model, lm.CrossEntropy(), v.optimise(model[-1].parameters()), batches, steps)


def converged(v: Variation, steps: int) -> Watch:
    """A model that has nothing more to learn, at the floor of its loss."""
    model = mlp(v, 3)
    x, y = next(blobs(v, noise=0.1))
    optimiser = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(200):
        optimiser.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimiser.step()

    def batches():
        while True:
            yield x, y

    return train(model, lm.CrossEntropy(), v.optimise(model.parameters()), batches(), steps)


def negative(v: Variation, steps: int) -> Watch:
    """A likelihood, which falls below 0 as it should."""
    model = mlp(v, 2)

    def batches():
        for x, y in line(v, 0.05):
            yield x, y[:, 0]

    rate = 1e-3 if v.optimiser == "sgd" else None
    return train(model, lm.GaussianNLL(), v.optimise(model.parameters(), rate), batches(), steps, clip=1.0)


def accumulated(v: Variation, steps: int) -> Watch:
    """A step of the optimiser for four batches; the watch is told of each batch."""
    model, loss = mlp(v, 3), lm.CrossEntropy()
    optimiser = v.optimise(model.parameters())
    with lm.watch(model, loss) as w:
        for n, (x, y) in zip(range(steps), blobs(v), strict=False):
            value = loss(model(x), y) / 4
            value.backward()
            if n % 4 == 3:
                optimiser.step()
                optimiser.zero_grad()
            w.step(value)
    return w


def adversarial(v: Variation, steps: int, side: str = "discriminator") -> Watch:
    """Two networks against each other, one of them under watch."""
    players = {"generator": mlp(v, 8), "discriminator": mlp(v, 1)}
    generator, discriminator = players.values()
    optimisers = {
        name: torch.optim.Adam(p.parameters(), v.rate * 1e-3, betas=(0.5, 0.9)) for name, p in players.items()
    }
    with lm.watch(players[side], F.binary_cross_entropy_with_logits) as w:
        for _, (real, _) in zip(range(steps), blobs(v, 8), strict=False):
            made = generator(torch.randn(len(real), 8))
            scores = discriminator(torch.cat([real, made.detach()]))
            truth = torch.cat([torch.ones(len(real), 1), torch.zeros(len(real), 1)])
            values = {"discriminator": F.binary_cross_entropy_with_logits(scores, truth)}
            optimisers["discriminator"].zero_grad()
            values["discriminator"].backward()
            optimisers["discriminator"].step()
            scores = discriminator(made)
            values["generator"] = F.binary_cross_entropy_with_logits(scores, torch.ones_like(scores))
            optimisers["generator"].zero_grad()
            values["generator"].backward()
            optimisers["generator"].step()
            w.step(values[side])
    return w


def adversarial_generator(v: Variation, steps: int) -> Watch:
    """The same, the other side."""
    return adversarial(v, steps, "generator")


def reinforced(v: Variation, steps: int) -> Watch:
    """A policy's gradient: a loss of either sign that says nothing of progress."""
    model = mlp(v, 3)
    optimiser = v.optimise(model.parameters(), 1e-2 if v.optimiser == "sgd" else None)
    with lm.watch(model, lambda scores, reward: None) as w:
        for _, (x, y) in zip(range(steps), blobs(v), strict=False):
            chances = torch.distributions.Categorical(logits=model(x))
            action = chances.sample()
            reward = (action == y).float()
            value = -(chances.log_prob(action) * (reward - reward.mean())).mean()
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            w.step(value)
    return w


def multilabel(v: Variation, steps: int) -> Watch:
    """Rare labels in half precision, as mixed precision has it."""
    model = mlp(v, 5)
    optimiser = v.optimise(model.parameters())
    loss = nn.BCEWithLogitsLoss()
    with lm.watch(model, loss) as w:
        for _, (x, y) in zip(range(steps), blobs(v, 5), strict=False):
            with torch.autocast("cpu", torch.bfloat16):
                scores = model(x)
            value = loss(scores.float(), F.one_hot(y, 5).float())
            optimiser.zero_grad(set_to_none=True)
            value.backward()
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            w.step(value)
    return w


RIGHT: tuple[Callable[[Variation, int], Watch], ...] = (
    classes, amounts, warm_up, cyclic, normalised, deep, images, tokens, recurrent, frozen, converged, negative,
    accumulated, adversarial, adversarial_generator, reinforced, multilabel,
)  # fmt: skip


# Wrong ----------------------------------------------------------------------------------------------------------------


def too_fast(v: Variation, steps: int) -> Watch:
    """A learning rate that is far too high: plain gradient descent with a rate of 30 on standardised inputs."""
    model = mlp(v, 1)
    return train(model, lm.MSE(), torch.optim.SGD(model.parameters(), lr=30.0), line(v), steps)


def too_fast_scaled(v: Variation, steps: int) -> Watch:
    """Adam with a learning rate of 3: each step is larger than the weights."""
    model = mlp(v, 3)
    return train(model, lm.CrossEntropy(), torch.optim.Adam(model.parameters(), lr=3.0), blobs(v), steps)


def diverging(v: Variation, steps: int) -> Watch:
    """A learning rate just above what a linear model with a squared loss bears: the loss grows without end."""
    model = nn.Linear(8, 1)
    batches = ((4 * x, y) for x, y in line(v))
    return train(model, lm.MSE(), torch.optim.SGD(model.parameters(), lr=0.2), batches, steps)


def too_slow(v: Variation, steps: int) -> Watch:
    """A learning rate of 1e-9."""
    model = mlp(v, 3)
    return train(model, lm.CrossEntropy(), torch.optim.SGD(model.parameters(), lr=1e-9), blobs(v), steps)


def another_model(v: Variation, steps: int) -> Watch:
    """The model was made anew, and the optimiser still has the parameters of the first one."""
    optimiser = v.optimise(mlp(v, 3).parameters())
    return train(mlp(v, 3), lm.CrossEntropy(), optimiser, blobs(v), steps)


def no_step(v: Variation, steps: int) -> Watch:
    """The optimiser's step was forgotten."""
    model, loss = mlp(v, 3), lm.CrossEntropy()
    with lm.watch(model, loss) as w:
        for _, (x, y) in zip(range(steps), blobs(v), strict=False):
            model.zero_grad()
            value = loss(model(x), y)
            value.backward()
            w.step(value)
    return w


def sigmoids(v: Variation, steps: int) -> Watch:
    """Twelve layers of sigmoids: next to no gradient reaches the first."""
    layers = [m for n in range(12) for m in (nn.Linear(v.width if n else 8, v.width), nn.Sigmoid())]
    model = nn.Sequential(*layers, nn.Linear(v.width, 3))
    return train(model, lm.CrossEntropy(), v.optimise(model.parameters()), blobs(v), steps)


def large_start(v: Variation, steps: int) -> Watch:
    """Ten layers whose weights start ten times too large, without normalisation."""
    model = mlp(v, 3, depth=10)
    with torch.no_grad():
        for p in model[:-1].parameters():
            p.mul_(10.0)
    return train(model, lm.CrossEntropy(), torch.optim.SGD(model.parameters(), lr=1e-12), blobs(v), steps)


def dead(v: Variation, steps: int) -> Watch:
    """A bias of -30 in front of the ReLU: no unit ever wakes."""
    model = mlp(v, 3)
    nn.init.constant_(model[2].bias, -30.0)
    return train(model, lm.CrossEntropy(), v.optimise(model.parameters()), blobs(v), steps)


def probabilities(v: Variation, steps: int) -> Watch:
    """The loss of log-probabilities is given probabilities: it falls below 0, and looks as if all went well."""
    model = nn.Sequential(*mlp(v, 3), nn.Softmax(dim=1))
    return train(model, nn.NLLLoss(), v.optimise(model.parameters()), blobs(v), steps)


def labels_from_one(v: Variation, steps: int) -> Watch:
    """Labels 1 and 2 where 0 and 1 are expected."""
    model = mlp(v, 1)
    batches = ((x, y[:, None] + 1.0) for x, y in blobs(v, 2))
    return train(model, nn.BCEWithLogitsLoss(), v.optimise(model.parameters()), batches, steps)


class Distances(nn.Module):
    """The mean distance of each row to all of the batch, to itself too: a root at 0."""

    def forward(self, x):
        return (x[:, None] - x[None]).square().sum(2).sqrt().mean(1, keepdim=True)


def distances(v: Variation, steps: int) -> Watch:
    """The distance of a row to itself is 0, and the gradient of that root is not a number."""
    model = nn.Sequential(*mlp(v, 4), Distances())
    return train(model, lm.MSE(), v.optimise(model.parameters()), line(v), steps)


def spoilt_data(v: Variation, steps: int) -> Watch:
    """One missing value in the data, after a while."""
    model = mlp(v, 3)

    def batches():
        for n, (x, y) in enumerate(blobs(v)):
            if n == 50:
                x[0, 0] = math.nan
            yield x, y

    return train(model, lm.CrossEntropy(), v.optimise(model.parameters()), batches(), steps)


def stuck(v: Variation, steps: int) -> Watch:
    """Labels that have nothing to do with the inputs: there is nothing to learn."""
    model = mlp(v, 3)
    chance = torch.Generator().manual_seed(v.seed)
    batches = ((x, torch.randint(3, (len(x),), generator=chance)) for x, _ in blobs(v))
    return train(model, lm.CrossEntropy(), v.optimise(model.parameters(), 1e-3), batches, 2 * steps)


WRONG: dict[Callable[[Variation, int], Watch], tuple[str, ...]] = {
    too_fast: ("LM916", "LM911", "LM912", "LM808"),
    too_fast_scaled: ("LM916", "LM912", "LM808"),
    diverging: ("LM912", "LM911"),
    too_slow: ("LM915",),
    another_model: ("LM915",),
    no_step: ("LM915",),
    sigmoids: ("LM806",),
    large_start: ("LM807",),
    dead: ("LM808",),
    probabilities: ("LM914",),
    labels_from_one: ("LM914",),
    distances: ("LM911",),
    spoilt_data: ("LM911",),
    stuck: ("LM913",),
}


def run(training: Callable[[Variation, int], Watch], v: Variation = VARIATIONS[0], steps: int = 300) -> Watch:
    """A training in a variation, from its seed."""
    torch.manual_seed(v.seed)
    return training(v, steps)
