"""How often labels occur, what one that is rare counts, and outputs for which there is none."""

from __future__ import annotations

import torch
from drawn import Draw, Limit, Program
from torch import Tensor, nn
from torch.nn import functional as F

from lossmith.auditing.case import Case
from lossmith.auditing.probes import choice, targets


def _yes_or_no(draw: Draw, share: float, loss: nn.Module | None = None) -> Program:
    yes = (torch.rand(draw.rows, 1) < share).float()
    return draw.trained(draw.network(), loss or nn.BCEWithLogitsLoss(), draw.inputs(), yes)


def _numbers(case: Case) -> Tensor:
    assert case.target is not None
    return case.target.numbers


def common(draw: Draw) -> Program:
    """a yes for 1 of 10, 1 of 5 or every other row."""
    return _yes_or_no(draw, draw.one_of(0.1, 0.2, 0.5))


def rare(draw: Draw) -> Program:
    """a yes for 1 row of 100 or of 300."""
    return _yes_or_no(draw, draw.one_of(1 / 100, 1 / 300))


def _rarest(case: Case) -> float | None:
    labels = _numbers(case)
    return choice._rarest(labels) if labels.numel() >= choice._FEWEST and len(labels.unique()) > 1 else None


def weighed(draw: Draw) -> Program:
    """binary cross-entropy, a yes weighed by the odds or by their root."""
    odds = torch.tensor(99.0)
    return _yes_or_no(draw, 0.01, nn.BCEWithLogitsLoss(pos_weight=draw.one_of(odds, odds.sqrt())))


def _focal(p: Tensor, t: Tensor) -> Tensor:
    return ((t - p.sigmoid()).square() * F.binary_cross_entropy_with_logits(p, t, reduction="none")).mean()


def unweighed(draw: Draw) -> Program:
    """binary cross-entropy, plain or focal."""
    return _yes_or_no(draw, 0.01, draw.one_of(nn.BCEWithLogitsLoss(), _focal))


def _weight(case: Case) -> float | None:
    assert case.prediction is not None
    assert case.target is not None
    slopes = case.scene.ask(torch.zeros_like(case.prediction), slopes=True).slopes
    is_yes = case.target.tensor == 1
    return None if slopes is None or not bool(is_yes.any()) else choice._weight(choice._elements(slopes, case), is_yes)


def _classified(draw: Draw, labels: Tensor, outputs: int) -> Program:
    return draw.trained(draw.network(outputs), nn.CrossEntropyLoss(), draw.inputs(), labels)


def all_used(draw: Draw) -> Program:
    """labels of as many classes as there are outputs."""
    return _classified(draw, draw.labels(), draw.classes)


def half_used(draw: Draw) -> Program:
    """labels of a half, a tenth or a hundredth of them."""
    classes = max(draw.classes // draw.one_of(2, 10, 100), 1)
    return _classified(draw, draw.labels(classes), max(draw.classes, 2 * classes))


def _unlikely(case: Case) -> float | None:
    if case.classes is None or case.target is None:
        return None
    used = int(case.target.high) + 1
    return (used / case.classes) ** _numbers(case).numel() if case.classes >= 2 * used else 1.0


def words(draw: Draw) -> Program:
    """words by their rank, the rarer ones of a vocabulary of 1000 unseen."""
    ranks = torch.arange(1, 1001)
    return _classified(draw, torch.multinomial(1 / ranks, draw.rows, replacement=True), 1000)


def few_words(draw: Draw) -> Program:
    """labels of 2 to 10 classes of 1000."""
    return _classified(draw, draw.labels(draw.one_of(2, 5, 10)), 1000)


def _unseen(case: Case) -> float:
    assert case.target is not None
    return targets._unseen(case.target)


def entropies(draw: Draw) -> Program:
    """cross-entropy, plain or smoothed."""
    loss = draw.one_of(nn.CrossEntropyLoss(), nn.CrossEntropyLoss(label_smoothing=0.1))
    return draw.trained(draw.network(draw.classes), loss, draw.inputs(), draw.labels())


def squares(draw: Draw) -> Program:
    """squared differences from a softmax."""
    model, _, x, y = entropies(draw)
    return model, lambda p, t: (p.softmax(1) - F.one_hot(t, p.shape[1])).square().mean(), x, y


LIMITS = (
    Limit("LM705", "share of the rarest label", (choice, "_RARE"), "below", _rarest, common, rare),
    Limit("LM705", "what a rare one counts", (choice, "_WEIGHED"), "below", _weight, weighed, unweighed),
    Limit("LM203", "chance that no label is larger", (targets, "_UNLIKELY"), "below", _unlikely, all_used, half_used),
    Limit("LM203", "share of labels seen once", (targets, "_UNSEEN"), "below", _unseen, words, few_words),
    Limit(
        "LM706",
        "loss of a wrong class to that of a guess",
        (choice, "_SAME"),
        "below",
        choice._off_the_squares,
        entropies,
        squares,
    ),
)
