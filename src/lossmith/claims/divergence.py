"""Claim 8: where the Kullback–Leibler divergence is at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.claims.training import digits
from lossmith.losses import BinaryCrossEntropy, Distillation, GaussianKL, KLDivergence, SparseCategoricalCrossEntropy

_CODE = 2
_ARMS, _DRAWN, _UPDATES = 10, 20, 60
_BANDITS = 100  # one is soon learned, and says little
_SYMBOLS, _TEMPERATURE = 12, 2.0
_Lesson = Callable[[Tensor, Tensor, Tensor], Tensor]  # scores, contexts and symbols to a loss


# A variational autoencoder --------------------------------------------------------------------------------------------


class Autoencoder(nn.Module):
    """Digits (N, 64) to a code of two normal distributions and back."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2 * _CODE))
        self.decoder = nn.Sequential(nn.Linear(_CODE, 64), nn.Tanh(), nn.Linear(64, 64))

    def code(self, images: Tensor) -> Tensor:
        """Means and log variances, (N, 2, 2)."""
        code: Tensor = self.encoder(images).unflatten(1, (_CODE, 2))
        return code

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of the pixels from a drawn code, and the code's distributions."""
        code = self.code(images)
        mean, log_variance = code.unbind(-1)
        return self.decoder(mean + torch.randn_like(mean) * (log_variance / 2).exp()), code


def coded(strength: float, seed: int, steps: int) -> tuple[float, list[float]]:
    """Train with this factor before the divergence; how far the codes of test rows are from the prior's spread, and the
    divergence through training.
    """
    torch.manual_seed(seed)
    data = digits()
    images, tests = (torch.sigmoid(rows) for rows in (data.features, data.test_features))  # pixels from 0 to 1
    model, divergences = Autoencoder(), []
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(steps):
        rows = torch.randint(len(images), (128,))
        scores, code = model(images[rows])
        error = BinaryCrossEntropy()(scores, images[rows], reduction="sum") / 128
        divergence = GaussianKL()(code, torch.zeros(128, _CODE), reduction="sum") / 128
        optimizer.zero_grad()
        (error + strength * divergence).backward()
        optimizer.step()
        divergences.append(float(divergence.detach()))
    with torch.no_grad():
        mean, log_variance = model.code(tests).unbind(-1)
        drawn = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        return float(drawn.std(0).log().abs().mean()), divergences


# A policy's update ----------------------------------------------------------------------------------------------------


def played(strength: float, seed: int, bandits: int) -> tuple[list[float], list[float], list[float]]:
    """Learn which of ten arms pays from 20 noisy draws an update; each update takes 20 steps up the expected advantage
    less ``strength`` times KL(new ‖ old). For each bandit the last mean pay less the best arm's, and the divergence of
    its largest update; and that pay through the updates, a mean over the bandits.
    """
    chance = torch.Generator().manual_seed(seed)
    pays = torch.randn(bandits, _ARMS, generator=chance)
    scores, path, moved = torch.zeros(bandits, _ARMS), [], []
    for _ in range(_UPDATES):
        old = scores.softmax(-1)
        arms = torch.multinomial(old, _DRAWN, replacement=True, generator=chance)
        rewards = pays.gather(1, arms) + torch.randn(bandits, _DRAWN, generator=chance)
        advantages = (rewards - rewards.mean(1, keepdim=True)) / old.gather(1, arms)
        for _ in range(20):
            new = scores.detach().requires_grad_()
            gain = (new.softmax(-1).gather(1, arms) * advantages).mean(1)
            (slope,) = torch.autograd.grad((gain - strength * _apart(new, old)).sum(), new)
            scores = new.detach() + slope
        moved.append(_apart(scores, old))
        path.append((scores.softmax(-1) * pays).sum(1) - pays.max(1).values)
    return path[-1].tolist(), torch.stack(moved).max(0).values.tolist(), torch.stack(path).mean(1).tolist()


def _apart(scores: Tensor, old: Tensor) -> Tensor:
    """Of each bandit."""
    value: Tensor = KLDivergence(direction="reverse")(scores, old, reduction="none")
    return value


# A language model and its pupil ---------------------------------------------------------------------------------------


def distilled(seed: int, is_taught: bool, steps: int) -> tuple[float, list[float]]:
    """Train a pupil on 300 symbols of a made language, with a teacher that has read 20,000, or alone.

    Each symbol depends on the two before it. Its cross-entropy on new text at the end, and through training.
    """
    chance = torch.Generator().manual_seed(seed)
    law = (2 * torch.randn(_SYMBOLS, _SYMBOLS, _SYMBOLS, generator=chance)).softmax(-1)
    text, pupils_text, new_text = (_written(law, count, chance) for count in (20_000, 300, 5000))
    torch.manual_seed(seed)
    teacher, pupil = _reader(64), _reader(16)
    labels = SparseCategoricalCrossEntropy()
    _taught(teacher, text, lambda scores, contexts, symbols: labels(scores, symbols), steps)
    soft = Distillation(temperature=_TEMPERATURE)

    def lesson(scores: Tensor, contexts: Tensor, symbols: Tensor) -> Tensor:
        if not is_taught:
            return labels(scores, symbols)  # type: ignore[no-any-return]
        with torch.no_grad():
            said = teacher(contexts)
        return soft(scores, said, target_given="scores")  # type: ignore[no-any-return]

    path = _taught(pupil, pupils_text, lesson, steps, new_text)
    return path[-1], path


def _reader(width: int) -> nn.Module:
    return nn.Sequential(nn.Linear(2 * _SYMBOLS, width), nn.Tanh(), nn.Linear(width, _SYMBOLS))


def _written(law: Tensor, count: int, chance: torch.Generator) -> Tensor:
    """Symbols drawn one after the other."""
    thresholds = law.cumsum(-1).tolist()
    draws, symbols = torch.rand(count, generator=chance).tolist(), [0, 0]
    for draw in draws:
        row = thresholds[symbols[-2]][symbols[-1]]
        symbols.append(next((place for place, most in enumerate(row) if draw < most), _SYMBOLS - 1))
    return torch.tensor(symbols)


def _contexts(text: Tensor) -> tuple[Tensor, Tensor]:
    """The two symbols before each, one-hot (N, 2·symbols), and each (N,)."""
    rows = nn.functional.one_hot(text, _SYMBOLS).float()
    return torch.cat([rows[:-2], rows[1:-1]], 1), text[2:]


def _taught(model: nn.Module, text: Tensor, lesson: _Lesson, steps: int, new_text: Tensor | None = None) -> list[float]:
    contexts, symbols = _contexts(text)
    optimizer, path = torch.optim.Adam(model.parameters(), lr=1e-2), []
    for step in range(1, steps + 1):
        rows = torch.randint(len(symbols), (128,))
        optimizer.zero_grad()
        lesson(model(contexts[rows]), contexts[rows], symbols[rows]).backward()
        optimizer.step()
        if new_text is not None and step % 20 == 0:
            path.append(_surprise(model, new_text))
    return path


@torch.no_grad()
def _surprise(model: nn.Module, text: Tensor) -> float:
    contexts, symbols = _contexts(text)
    return float(SparseCategoricalCrossEntropy()(model(contexts), symbols))


# The experiment -------------------------------------------------------------------------------------------------------


def experiment(seed: int, quick: bool) -> Evidence:
    """Each of the three with the divergence and without it."""
    seeds = range(seed, seed + (3 if quick else 8))
    steps = 300 if quick else 800
    codes = {strength: [coded(strength, s, steps) for s in seeds] for strength in (0.0, 1.0)}
    plays = {strength: played(strength, seed, _BANDITS) for strength in (0.0, 1.0)}
    pupils = {is_taught: [distilled(s, is_taught, steps) for s in seeds] for is_taught in (False, True)}
    checks = [
        _larger("autoencoder: without KL the codes' spread is further from the prior's, by", _firsts(codes, 0.0, 1.0)),
        _larger(
            "policy: without KL it ends further below the best arm's pay, by",
            _differences(plays[1.0][0], plays[0.0][0]),
        ),
        _larger(
            "policy: without KL its largest update moves it further, by", _differences(plays[0.0][1], plays[1.0][1])
        ),
        _larger("language: without KL to a teacher new text surprises more, by", _firsts(pupils, False, True)),
    ]
    pictures = [
        _picture(
            "An autoencoder's divergence",
            "step",
            "KL of a code",
            {s: found[0][1] for s, found in codes.items()},
            1,
            "y",
        ),
        _picture("A policy's pay less the best arm's", "update", "pay", {s: found[2] for s, found in plays.items()}, 1),
        _picture(
            "A pupil's cross-entropy on new text",
            "step",
            "cross-entropy",
            {t: found[0][1] for t, found in pupils.items()},
            20,
        ),
    ]
    return Evidence(checks, pictures)


def _firsts(found: Mapping[Any, Sequence[tuple[float, Any]]], larger: float, smaller: float) -> list[float]:
    """The differences of what was found first, seed by seed."""
    return _differences([first for first, _ in found[larger]], [first for first, _ in found[smaller]])


def _differences(larger: Sequence[float], smaller: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(larger, smaller, strict=True)]


def _larger(says: str, differences: Sequence[float]) -> Check:
    return Check(says=says, figure=Figure.mean(differences), above=0)


def _picture(title: str, x: str, y: str, paths: Mapping[Any, Sequence[float]], every: int, log: str = "") -> Picture:
    """At most a hundred points of each path; the numbers are of the first seed, or a mean."""
    lines = []
    for has_divergence, path in paths.items():
        places = range(0, len(path), max(1, len(path) // 100))
        name = "with KL" if has_divergence else "without"
        points = [float(f"{path[place]:.4g}") for place in places]
        lines.append(Line(name=name, x=[every * (place + 1) for place in places], y=points))
    return Picture(title=title, x=x, y=y, lines=lines, log=log)


CLAIM = Claim(
    number=8,
    sentence="KL serves in a variational autoencoder, in a policy update and in distilling a language model.",
    source="The lecture; Kingma and Welling (2014); Schulman et al. (2015); Hinton et al. (2015)",
    data="the bundled digits, pixels through a sigmoid; 100 made bandits with ten arms each; a made language of 12 "
    "symbols, each of which depends on the two before it",
    measure="each trained with the divergence and without, pairs of the same seed: the mean |log| of the codes' "
    "standard deviations (the prior's is 1); the policy's last pay and the divergence of its largest update; "
    "cross-entropy on new text",
    experiment=experiment,
)
