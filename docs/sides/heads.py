"""What a head can give: distributions, a range, its ends; and targets that are distributions."""

from __future__ import annotations

import torch
from drawn import Draw, Limit, Program
from torch import Tensor, nn
from torch.nn import functional as F

from lossmith.auditing import coding, head
from lossmith.auditing.case import Case
from lossmith.auditing.probes import held, link, targets


class _Ratio(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.normalize(x.relu() + 1e-3, dim=1)


def _classified(draw: Draw, end: nn.Module | None) -> Program:
    return draw.trained(draw.network(draw.classes, end), _of_any, draw.inputs(), draw.labels())


def _of_any(prediction: Tensor, labels: Tensor) -> Tensor:
    return (prediction - F.one_hot(labels, prediction.shape[1])).square().mean()


# Distributions --------------------------------------------------------------------------------------------------------


def scores(draw: Draw) -> Program:
    """sigmoids, rows of length 1, scores, a softmax over the batch."""
    return _classified(draw, draw.one_of(nn.Sigmoid(), _Ratio(), None, nn.Softmax(dim=0)))


def probabilities(draw: Draw) -> Program:
    """a softmax over 2 to 1000 classes."""
    return _classified(draw, nn.Softmax(dim=1))


def _heads_miss(case: Case) -> float:
    assert case.prediction is not None
    seen = [case.prediction.float(), *head.drawn(case.scene, head.SMALL), *head.drawn(case.scene, head.LARGE)]
    return max(coding.sum_miss(each, 1) for each in seen)


def distributions(draw: Draw) -> Program:
    """one-hot, smoothed, mixed, a teacher's, counts over their sum."""
    one, other = (F.one_hot(draw.labels(), draw.classes).float() for _ in range(2))
    share = torch.rand(draw.rows, 1)
    votes = torch.poisson(3 * torch.ones(draw.rows, draw.classes)) + one
    teacher = (4 * torch.randn(draw.rows, draw.classes)).softmax(1)
    mixed = share * one + (1 - share) * other
    return _soft(draw, draw.one_of(one, 0.9 * one + 0.1 / draw.classes, mixed, teacher, votes / votes.sum(1, True)))


def no_distributions(draw: Draw) -> Program:
    """smoothed by 0.1 a class, counts, a sigmoid's, shares of 100."""
    one = F.one_hot(draw.labels(), draw.classes).float()
    votes = torch.poisson(3 * torch.ones(draw.rows, draw.classes))
    teacher = torch.randn(draw.rows, draw.classes)
    return _soft(draw, draw.one_of(0.9 * one + 0.1, votes, teacher.sigmoid(), 100 * teacher.softmax(1)))


def _soft(draw: Draw, rows: Tensor) -> Program:
    return draw.trained(draw.network(draw.classes), nn.CrossEntropyLoss(), draw.inputs(), rows)


def _targets_miss(case: Case) -> float:
    assert case.target is not None
    return coding.sum_miss(case.target.tensor.double(), 1)


def softmax_of_both(draw: Draw) -> Program:
    """divergences from a softmax of the target."""
    return draw.trained(
        draw.network(draw.classes),
        lambda p, t: F.kl_div(p.log_softmax(1), t.softmax(1), reduction="batchmean"),
        draw.inputs(),
        4 * torch.rand(draw.rows, draw.classes),
    )


def _off_a_line(case: Case) -> float:
    assert case.target is not None
    return targets._off_a_line(case, case.target)


# Ranges ---------------------------------------------------------------------------------------------------------------


def endless(draw: Draw) -> Program:
    """scores, ReLU, leaky ReLU, softplus, ELU, upwards."""
    end = draw.one_of(None, nn.ReLU(), nn.LeakyReLU(0.1), nn.Softplus(), nn.ELU())
    return draw.trained(draw.network(3, end), nn.MSELoss(), draw.inputs(), torch.randn(draw.rows, 3))


def ended(draw: Draw) -> Program:
    """sigmoid, tanh, hard tanh, softmax."""
    end = draw.one_of(nn.Sigmoid(), nn.Tanh(), nn.Hardtanh(), nn.Softmax(dim=1))
    return draw.trained(draw.network(3, end), nn.MSELoss(), draw.inputs(), torch.randn(draw.rows, 3))


def _growth(case: Case) -> float | None:
    small, large = head.drawn(case.scene, head.SMALL), head.drawn(case.scene, head.LARGE)
    return head.growth(small, large)


def in_reach(draw: Draw) -> Program:
    """a tanh, sigmoid or ReLU with targets in its range but for noise."""
    signal, noise = torch.rand(draw.rows, 1), 0.01 * torch.randn(draw.rows, 1)
    end, target = draw.one_of((nn.Sigmoid(), signal), (nn.Tanh(), 2 * signal - 1), (nn.ReLU(), 3 * signal))
    return draw.trained(draw.network(1, end), nn.MSELoss(), draw.inputs(), target + noise)


def beyond(draw: Draw) -> Program:
    """the same with standardised targets."""
    end = draw.one_of(nn.Sigmoid(), nn.Tanh(), nn.ReLU())
    return draw.trained(draw.network(1, end), nn.MSELoss(), draw.inputs(), torch.randn(draw.rows, 1))


def _out_of_reach(case: Case) -> float | None:
    return max(link._beyond(case.head, case.target)) if case.head and case.target else None


def open_ended(draw: Draw) -> Program:
    """a sigmoid or tanh on standardised features."""
    end = draw.one_of(nn.Sigmoid(), nn.Tanh())
    return draw.trained(draw.network(1, end), nn.MSELoss(), draw.inputs(), torch.rand(draw.rows, 1))


def stuck(draw: Draw) -> Program:
    """the same with scores of a deviation of 30 before it."""
    model, loss, x, y = open_ended(draw)
    with torch.no_grad():
        factor = 30 / model[:-1](x).std().clamp_min(1e-6)
        model[-2].weight.mul_(factor)
        model[-2].bias.mul_(factor)
    return model, loss, x, y


def _at_an_end(case: Case) -> float | None:
    return max((share for share, is_prediction in held._at_an_end(case) if is_prediction), default=None)


LIMITS = (
    Limit(
        "LM101, LM103, LM104, LM107",
        "miss of 1 by rows of predictions",
        (coding, "SUM_MISS"),
        "below",
        _heads_miss,
        scores,
        probabilities,
    ),
    Limit(
        "LM210, LM211",
        "miss of 1 by rows of targets",
        (coding, "SUM_MISS"),
        "above",
        _targets_miss,
        distributions,
        no_distributions,
    ),
    Limit(
        "LM210, LM211",
        "bend of the loss with the target",
        (targets, "_STRAIGHT"),
        "below",
        _off_a_line,
        softmax_of_both,
        no_distributions,
    ),
    Limit("LM110, LM607", "growth with the parameters", (head, "GROWN"), "below", _growth, endless, ended),
    Limit("LM110", "share of targets out of reach", (link, "_OUT_OF_REACH"), "above", _out_of_reach, in_reach, beyond),
    Limit("LM607", "share of predictions at an end", (held, "_MANY"), "above", _at_an_end, open_ended, stuck),
)
