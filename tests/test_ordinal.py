"""Ordered classes: as in torch and coral_pytorch, the probabilities that the links make, and what distance means."""

import math

import pytest
import torch
from torch.nn import functional as F

import lossmith as lm
from lossmith.errors import TargetError
from lossmith.links import CONTINUATION, CUMULATIVE

RANKS = torch.tensor([0, 1, 2, 2, 3, 4, 4, 0])
ABOVE = (RANKS[:, None] > torch.arange(4)).double()
INF = math.inf


def scores(seed=0, size=3.0):
    return size * torch.randn(8, 4, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("size", [1.0, 100.0])
def test_coral_is_a_sum_of_binary_cross_entropies(size):
    x = scores(size=size)
    wanted = F.binary_cross_entropy_with_logits(x, ABOVE, reduction="none").sum(-1)
    torch.testing.assert_close(lm.Coral()(x, RANKS, reduction="none"), wanted)
    torch.testing.assert_close(lm.Coral().gradient(x, RANKS), x.sigmoid() - ABOVE)


def test_corn_asks_only_after_a_yes():
    x = scores()
    asked = (torch.arange(4) <= RANKS[:, None]).double()
    each = F.binary_cross_entropy_with_logits(x, ABOVE, weight=asked, reduction="none")
    torch.testing.assert_close(lm.Corn()(x, RANKS, reduction="none"), each.sum(-1))
    # coral_pytorch's mean is over the questions
    questions = (RANKS + 1).clamp(max=4).sum()
    assert questions == asked.sum()
    torch.testing.assert_close(lm.Corn()(x, RANKS, normalizer=questions), each.sum() / asked.sum())


def test_corn_is_the_likelihood_of_the_rank():
    x = scores()
    p = CONTINUATION.to_mean(x)
    torch.testing.assert_close(p.sum(-1), torch.ones(8, dtype=torch.float64))
    torch.testing.assert_close(lm.Corn()(x, RANKS, reduction="none"), -p.gather(-1, RANKS[:, None])[:, 0].log())


@pytest.mark.parametrize("link", [CUMULATIVE, CONTINUATION], ids=lambda v: v.name)
def test_scores_and_probabilities_of_ranks_belong_together(link):
    p = scores().softmax(-1)
    torch.testing.assert_close(link.to_mean(link.to_score(p)), p)
    assert link.to_score(p).shape == (8, 3)


def test_the_last_rank_is_the_number_of_scores():
    with pytest.raises(TargetError, match="0 to 4, first 5"):
        lm.Coral()(scores(), RANKS + 1)
    with pytest.raises(lm.LossmithError, match="5 classes"):
        lm.Corn()(scores(), RANKS, class_weight=torch.ones(4))
    weights = torch.tensor([1.0, 2.0, 0.0, 0.5, 1.0])
    each = lm.Coral()(scores(), RANKS, reduction="none")
    wanted = (each * weights[RANKS]).sum() / weights[RANKS].sum()
    torch.testing.assert_close(lm.Coral()(scores(), RANKS, class_weight=weights), wanted)


def test_infinite_scores():
    x = torch.tensor([[INF, -INF, -INF]])
    for loss in (lm.Coral(), lm.Corn()):
        assert loss(x, torch.tensor([1])) == 0
        assert loss(x, torch.tensor([0])) == INF
    assert lm.Corn()(x, torch.tensor([3])) == lm.Coral()(x, torch.tensor([3])) == INF
    assert lm.Corn().gradient(x, torch.tensor([0])).tolist() == [[1.0, 0.0, 0.0]]
    assert lm.SquaredEarthMovers()(torch.tensor([[-INF, 0.0, INF]]), torch.tensor([0])) == 2.0


def test_a_miss_by_three_is_worse_than_one_by_one():
    x = 8 * torch.eye(5, dtype=torch.float64)
    each = lm.SquaredEarthMovers()(x, torch.zeros(5, dtype=torch.long), reduction="none")
    torch.testing.assert_close(each, torch.arange(5, dtype=torch.float64), atol=0.02, rtol=0)
    plain = lm.CrossEntropy()(x, torch.zeros(5, dtype=torch.long), reduction="none")
    torch.testing.assert_close(plain[1:], plain[1].expand(4))


def test_labels_are_one_hot_rows_to_earth_movers():
    x, rows = scores(), F.one_hot(RANKS.clamp(max=3), 4).double()
    loss = lm.SquaredEarthMovers()
    for given, prediction in (
        ("scores", x),
        ("probabilities", x.softmax(-1)),
        ("log_probabilities", x.log_softmax(-1)),
    ):
        by_label = loss(prediction, RANKS.clamp(max=3), given=given, reduction="none")
        torch.testing.assert_close(by_label, loss(prediction, rows, given=given, reduction="none"))
        torch.testing.assert_close(by_label, loss(x, rows, reduction="none"))
