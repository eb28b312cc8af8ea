"""What kind of loss it is, told by how it answers and not by its name.

Each question has an answer that only one kind of loss can give: a loss that applies its own softmax does not see a
constant that is added to all scores of a row; one of log-probabilities is affine; one with its own sigmoid has half of
its steepest slope at a score of 0; one of residuals sees prediction and target shifted together as the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from lossmith.auditing.scene import Scene

_COLUMNS = 8  # of a prediction, that may each be another thing
CLOSE = 1e-4  # of the size of what is compared: float32 and a mean of many
ROUNDED = 5e-7  # of 1, and of what is larger
SHAPED = 1e-3  # of what is compared: the slopes at a few points, and what a kind of loss has there


@dataclass(frozen=True)
class Nature:
    """What a loss does with a prediction of this shape and this target.

    Attributes:
        softmax_axis: it applies a softmax itself, along this axis.
        is_affine: it is a weighted sum of the predictions: it reads log-probabilities (or is a critic's).
        is_logistic: it applies a sigmoid itself.
        is_logarithmic: it takes the logarithm of the predictions: it reads probabilities.
        is_residual: it sees nothing but the difference of prediction and target.
        is_residual_of_a_column: of one column of the predictions, beside others that say how sure it is.
        is_squared: of which it takes the square.
        is_squared_in_the_target: of which it is a parabola, of one width whatever is predicted.
        is_margin: it sees nothing but the product of a score and a sign.
        is_constant: it does not depend on the prediction.
    """

    softmax_axis: int | None = None
    is_affine: bool = False
    is_logistic: bool = False
    is_logarithmic: bool = False
    is_residual: bool = False
    is_residual_of_a_column: bool = False
    is_squared: bool = False
    is_squared_in_the_target: bool = False
    is_margin: bool = False
    is_constant: bool = False

    @property
    def applies_a_link(self) -> bool:
        """Whether it wants raw scores."""
        return self.softmax_axis is not None or self.is_logistic


def nature_of(scene: Scene, target: object = None) -> Nature:
    """The answers of the loss; with another target than the scene's where that is the wrong one."""
    prediction = scene.prediction
    if prediction is None or prediction.numel() == 0:
        return Nature()
    ask = _Questions(scene, prediction, target)
    if ask.is_constant():
        return Nature(is_constant=True)
    axis = ask.softmax_axis()
    is_residual = ask.is_residual()
    return Nature(
        softmax_axis=axis,
        is_affine=axis is None and ask.is_affine(),
        is_logistic=axis is None and not is_residual and ask.is_logistic(),
        is_logarithmic=axis is None and ask.is_logarithmic(),
        is_residual=is_residual,
        is_residual_of_a_column=ask.is_residual_of_a_column(),
        is_squared=ask.is_squared(),
        is_squared_in_the_target=ask.is_squared_in_the_target(),
        is_margin=axis is None and not is_residual and ask.is_margin(),
    )


class _Questions:
    """How far a loss is from being of a kind, and whether that is near enough."""

    def __init__(self, scene: Scene, prediction: Tensor, target: object) -> None:
        self.scene, self.target = scene, target
        generator = torch.Generator().manual_seed(0)
        self.scores = torch.randn(prediction.shape, generator=generator).to(prediction)
        self.other = torch.randn(prediction.shape, generator=generator).to(prediction)

    def value(self, prediction: Tensor, target: object = None) -> float | None:
        return self.scene.value(prediction, self.target if target is None else target)

    @cached_property
    def here(self) -> float | None:
        return self.value(self.scores)

    def slopes(self, number: float) -> Tensor | None:
        prediction = torch.full_like(self.scores, number)
        return self.scene.ask(prediction, self.target, slopes=True).slopes

    def is_constant(self) -> bool:
        return self.variation() <= ROUNDED

    def variation(self) -> float:
        values = [self.value(p) for p in (self.scores, self.other, 3 * self.scores, self.other.sigmoid())]
        known = [v for v in values if v is not None]
        return (max(known) - min(known)) / max(1.0, *map(abs, known)) if len(known) == len(values) else torch.inf

    def softmax_axis(self) -> int | None:
        for axis in [a for a in range(self.scores.dim()) if self.scores.shape[a] > 1]:
            if self.seen_shift(axis) > CLOSE or _same(self.here, self.value(self.scores + 3 * self.other)):
                continue
            standardises = _same(self.here, self.value(4 * self.scores))  # as a correlation does
            if not standardises and any(self.is_settled(axis, lead) for lead in (60.0, 1000.0)):
                return axis
        return None

    def is_settled(self, axis: int, lead: float) -> bool:
        """Whether, one score far ahead, the others' slopes are the same whatever they are; those of distances turn."""
        ahead = torch.zeros_like(self.scores)
        ahead.narrow(axis, 0, 1).fill_(lead)
        at = [self.scene.ask(ahead + scores, self.target, slopes=True).slopes for scores in (self.scores, self.other)]
        slopes = [s for s in at if s is not None and bool(s.isfinite().all())]
        if len(slopes) < len(at):
            return True  # an exponential overflows, and no distance has one
        return bool((slopes[0] - slopes[1]).abs().max() <= 1e-3 * slopes[0].abs().max() + 1e-9)

    def seen_shift(self, axis: int) -> float:
        moved = self.value(self.scores + 3 * self.other.narrow(axis, 0, 1))
        return _apart(self.here, moved)

    def is_affine(self) -> bool:
        return self.bend() <= CLOSE

    def bend(self) -> float:
        asked = (0 * self.scores, self.scores, -2 * self.scores, self.other, self.scores + self.other)
        at = [self.value(prediction) for prediction in asked]
        if any(v is None for v in at):
            return torch.inf
        zero, one, minus, other, both = (v for v in at if v is not None)
        if _same(zero, one):
            return torch.inf
        stretched = _distance(minus - zero, -2 * (one - zero), abs(one) + abs(zero))
        added = _distance(both - zero, (one - zero) + (other - zero), abs(one) + abs(other) + abs(zero))
        return max(stretched, added)

    def is_logistic(self) -> bool:
        return self.off_a_sigmoid() <= SHAPED

    def off_a_sigmoid(self) -> float:
        at = {number: self.slopes(number) for number in (-30.0, -20.0, 0.0, 0.5, 1.0, 20.0, 30.0)}
        if any(slopes is None for slopes in at.values()):
            return torch.inf
        slopes = {number: found for number, found in at.items() if found is not None}
        steepest = torch.maximum(slopes[30.0].abs(), slopes[-30.0].abs())
        counted = steepest > 0
        bends = not torch.allclose(slopes[1.0], slopes[0.5], rtol=SHAPED, atol=0)
        ends = all(_alike(slopes[n], slopes[m], SHAPED) for n, m in ((-30.0, -20.0), (30.0, 20.0)))
        if not (bool(counted.any()) and bends and ends):
            return torch.inf
        # a score of 30 is right for one label and wrong for the other
        off_half = (slopes[0.0] - (slopes[30.0] + slopes[-30.0]) / 2).abs() / steepest
        flatter = torch.minimum(slopes[30.0].abs(), slopes[-30.0].abs())
        is_one_sided = flatter <= 1e-6 * steepest  # as a focal loss is, whose slope at 0 is another
        return float(torch.where(is_one_sided, 0.0, off_half)[counted].nan_to_num(torch.inf).max())

    def is_logarithmic(self) -> bool:
        moves = not _same(*(self.value(torch.full_like(self.scores, number)) for number in (0.25, 0.5)))
        return moves and self.off_a_logarithm() < SHAPED and not self.is_of_ratios()

    def off_a_logarithm(self) -> float:
        quarter, half = self.slopes(0.25), self.slopes(0.5)
        if quarter is None or half is None or self.scores.shape[-1:] == () or not bool((half < 0).any()):
            return torch.inf
        return float((quarter[half < 0] / half[half < 0] - 2).abs().nan_to_num(torch.inf).max())

    def is_of_ratios(self) -> bool:
        """Whether it sees nothing but the ratio of prediction and target, which are amounts."""
        target, amounts = self._float_target(), self.scores.abs() + 0.1
        if target is None or not bool((target > 0).all()):
            return False
        here, twice = self.value(amounts, target), self.value(2 * amounts, 2 * target)
        return _same(here, twice) and not _same(here, self.value(2 * amounts, target))

    def is_residual(self) -> bool:
        together, alone = self.seen_together()
        return together <= CLOSE < alone

    def seen_together(self) -> tuple[float, float]:
        target = self._float_target()
        if target is None:
            return torch.inf, 0.0
        shift = 0.75 * max(1.0, float(target.nan_to_num().abs().max()))  # seen beside targets of any size
        here, apart = self.value(self.scores, target), self.value(self.scores + shift, target)
        both = [
            _apart(here, self.value(self.scores + shift, t)) for t in (target + shift, _but_a_marker(target, shift))
        ]
        return min(both), _apart(here, apart)

    def is_residual_of_a_column(self) -> bool:
        target = self._float_target()
        columns = 1 if self.scores.dim() < 2 else self.scores.shape[-1]
        if target is None or not 2 <= columns <= _COLUMNS or target.numel() * columns != self.scores.numel():
            return False
        here = self.value(self.scores, target)
        for column in torch.eye(columns).to(self.scores):
            together, alone = self.value(self.scores + column, target + 1), self.value(self.scores + column, target)
            if _same(here, together) and not _same(here, alone):
                return True
        return False

    def is_squared(self) -> bool:
        return self.off_a_line() <= SHAPED

    def off_a_line(self) -> float:
        """The slopes of a squared error are a straight line."""
        at = [self.slopes(number) for number in (-2.0, 0.0, 2.0)]
        if any(slopes is None for slopes in at):
            return torch.inf
        low, middle, high = (slopes for slopes in at if slopes is not None)
        if not bool((high != low).any()):
            return torch.inf
        bend = ((high - middle) - (middle - low)).abs() - 1e-9
        return float((bend.clamp_min(0) / (middle - low).abs().clamp_min(1e-30)).nan_to_num(torch.inf).max())

    def is_squared_in_the_target(self) -> bool:
        """Its second differences are one number, whatever the prediction is passed through before."""
        target = self._float_target()
        if target is None or target.numel() < 2:
            return False
        step, bends = max(1.0, float(target.nan_to_num().std())), []
        for scores in (self.scores, self.other):
            at = [self.value(scores, target + n * step) for n in (-1, 0, 1, 2)]
            if any(v is None for v in at):
                return False
            a, b, c, d = (v for v in at if v is not None)
            bends += [(a - 2 * b + c, abs(b)), (b - 2 * c + d, abs(c))]
        widest = max(bend for bend, _ in bends)
        return all(0 < widest < 1e3 * bend and widest - bend <= 1e-3 * widest + CLOSE * size for bend, size in bends)

    def is_margin(self) -> bool:
        target = self._float_target()
        if target is None:
            return False
        here, both, one = self.value(self.scores, target), self.value(-self.scores, -target), self.value(-self.scores)
        is_product = self.seen_product(target) <= CLOSE  # and no ratio, cosine, nor one with a weight
        is_product = is_product and not _same(here, self.value(2 * self.scores, target))
        is_product = is_product and _same(here, both) and not _same(here, one)
        return is_product and self.ends_beyond_the_margin(target)

    def ends_beyond_the_margin(self, target: Tensor) -> bool:
        """Whether the loss is the same where all products are large; a gain has no end."""
        signs = torch.where(target == 0, 1.0, target)
        if signs.shape != self.scores.shape:
            return True
        none, far, farther = (self.value(size / signs) for size in (0.0, 50.0, 100.0))
        if none is None or far is None or farther is None:
            return True
        return abs(farther - far) <= 1e-3 * max(abs(none), abs(far))

    def seen_product(self, target: Tensor) -> float:
        return _apart(self.value(self.scores, target), self.value(2 * self.scores, target / 2))

    def _float_target(self) -> Tensor | None:
        target = self.scene.target_tensor if self.target is None else self.target
        if not isinstance(target, Tensor) or target.is_complex() or target.numel() == 0:
            return None
        return target if target.is_floating_point() else target.to(self.scores.dtype)


def _but_a_marker(target: Tensor, shift: float) -> Tensor:
    """Shifted, all but the commonest value, which may stand for one that is missing."""
    return torch.where(target == target.reshape(-1).mode().values, target, target + shift)


def _alike(a: Tensor, b: Tensor, share: float) -> bool:
    return bool(((a - b).abs() <= share * torch.maximum(a.abs(), b.abs()) + 1e-9).all())


def _same(a: float | None, b: float | None) -> bool:
    return _apart(a, b) <= CLOSE


def _apart(a: float | None, b: float | None) -> float:
    """The distance of two values of a loss in parts of the larger; infinite where one is none."""
    return torch.inf if a is None or b is None else _distance(a, b, max(abs(a), abs(b)))


def _distance(a: float, b: float, size: float) -> float:
    found = abs(a - b) / max(size, 1e-6)
    return found if found == found else torch.inf
