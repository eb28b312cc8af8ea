"""Fenchel–Young losses: conjugates of one's own, and the sparse mappings at ties, seams and extremes."""

import math
import pickle

import pytest
import torch

import lossmith as lm
from catalogue.fenchel_young import negative_entropy
from lossmith.errors import ParameterError
from lossmith.links import ENTMAX15, SPARSEMAX

INF = math.inf
SPARSE = (lm.SparsemaxLoss(), lm.Entmax15Loss())
LINKS = (SPARSEMAX, ENTMAX15)
each_sparse = pytest.mark.parametrize("loss", SPARSE, ids=repr)


def largest(scores):
    return scores.amax(-1)


def half_square(rows):
    """Ω and Ω* of no constraint at all."""
    return rows.square().sum(-1) / 2


def several(scores):
    """Ω* of a binary entropy for each class."""
    return torch.logaddexp(scores, torch.zeros_like(scores)).sum(-1)


def draw(n=8, classes=6, seed=0, scale=1.0):
    random = torch.Generator().manual_seed(seed)
    x = scale * torch.randn(n, classes, generator=random, dtype=torch.float64)
    return x, torch.randint(classes, (n,), generator=random)


# A conjugate of one's own ---------------------------------------------------------------------------------------------


def test_any_convex_function_makes_a_loss_whose_slope_is_prediction_less_target():
    x, labels = draw()
    rows = torch.nn.functional.one_hot(labels, 6).double()
    perceptron = lm.FenchelYoung(conjugate=largest)
    torch.testing.assert_close(
        perceptron(x, labels, reduction="none"), x.amax(-1) - x.gather(-1, labels[:, None])[:, 0]
    )
    torch.testing.assert_close(perceptron(x, rows), perceptron(x, labels))
    squared = lm.FenchelYoung(conjugate=half_square, regulariser=half_square)
    torch.testing.assert_close(squared(x, labels, reduction="none"), (x - rows).square().sum(-1) / 2)
    torch.testing.assert_close(squared.gradient(x, rows), x - rows)
    torch.testing.assert_close(squared.curvature(x, rows), torch.ones_like(x))
    many = lm.FenchelYoung(conjugate=several)
    torch.testing.assert_close(many.gradient(x, rows), x.sigmoid() - rows)


def test_with_its_regulariser_the_least_value_is_0():
    x, _ = draw()
    p = x.softmax(-1)
    value, slope = lm.FenchelYoung(regulariser=negative_entropy).value_and_gradient(x, p)
    torch.testing.assert_close(value, torch.zeros(8).double(), atol=1e-14, rtol=0)
    torch.testing.assert_close(slope, torch.zeros_like(x), atol=1e-14, rtol=0)
    torch.testing.assert_close(
        lm.FenchelYoung(regulariser=negative_entropy)(2 * x, p), lm.KLDivergence()(2 * x, p), rtol=1e-13, atol=0
    )


def test_a_loss_of_functions_is_a_value_too():
    loss = lm.FenchelYoung(conjugate=largest, regulariser=half_square)
    assert loss == lm.FenchelYoung(conjugate=largest, regulariser=half_square) != lm.FenchelYoung(conjugate=largest)
    assert pickle.loads(pickle.dumps(loss)) == loss
    assert hash(loss) == hash(pickle.loads(pickle.dumps(loss)))
    assert (
        repr(loss) == "FenchelYoung(conjugate=test_fenchel_young.largest, regulariser=test_fenchel_young.half_square)"
    )
    assert lm.FenchelYoung(conjugate=largest).configuration == "conjugate=test_fenchel_young.largest"
    assert loss.traits.convex
    assert not loss.traits.differentiable
    assert lm.FenchelYoung(conjugate=half_square).traits.smooth == INF


@pytest.mark.parametrize("field", ["conjugate", "regulariser"])
def test_a_name_is_no_function(field):
    with pytest.raises(ParameterError, match=r"logsumexp"):
        lm.FenchelYoung(**{field: "softmax"})


def test_a_conjugate_that_does_not_reduce_is_an_error():
    with pytest.raises(lm.LossmithError, match=r"last axis"):
        lm.FenchelYoung(conjugate=torch.exp)(*draw())


def test_compiled_with_a_conjugate_of_ones_own():
    torch._dynamo.reset()
    loss, (x, t) = lm.FenchelYoung(conjugate=largest), draw()
    torch.testing.assert_close(torch.compile(loss, fullgraph=True, backend="aot_eager")(x, t), loss(x, t))


# Sparse mappings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("classes", [1, 2, 7, 3000])
@pytest.mark.parametrize(("link", "power"), [(SPARSEMAX, 1), (ENTMAX15, 2)], ids=["sparsemax", "entmax15"])
def test_the_mappings_solve_their_own_equation(link, power, classes, scale):
    """p = max(0, x/power − τ)^power with Σ p = 1 is the only solution; here it is found by bisection."""
    x, _ = draw(n=5, classes=classes, scale=scale)
    p = link.to_mean(x)
    low, high = x.amax(-1, keepdim=True) / power - 1, x.amax(-1, keepdim=True) / power
    for _ in range(100):
        middle = (low + high) / 2
        above = (x / power - middle).relu().pow(power).sum(-1, keepdim=True) > 1
        low, high = torch.where(above, middle, low), torch.where(above, high, middle)
    torch.testing.assert_close(p, (x / power - low).relu().pow(power), atol=1e-13, rtol=1e-12)
    torch.testing.assert_close(link.to_mean(link.to_score(p)), p, atol=1e-13, rtol=1e-12)


def test_the_mappings_of_the_readme_of_entmax():
    """Its example: scores −2, 0, 0.5."""
    x = torch.tensor([-2.0, 0.0, 0.5])
    torch.testing.assert_close(SPARSEMAX.to_mean(x), torch.tensor([0.0, 0.25, 0.75]))
    torch.testing.assert_close(ENTMAX15.to_mean(x), torch.tensor([0.0, 0.3260, 0.6740]), atol=5e-5, rtol=0)


@pytest.mark.parametrize("offset", [0.0, 1e4, -1e4])
def test_level_scores_share_evenly(offset):
    x, t = torch.full((1, 4), offset, dtype=torch.float64), torch.tensor([2])
    for loss, value in zip(SPARSE, (0.375, 4 / 3 * 0.5), strict=True):
        got, slope = loss.value_and_gradient(x, t)
        torch.testing.assert_close(got, torch.tensor([value], dtype=torch.float64))
        torch.testing.assert_close(slope, torch.tensor([[0.25, 0.25, -0.75, 0.25]], dtype=torch.float64))


@pytest.mark.parametrize(("loss", "lead"), [(SPARSE[0], 1.0), (SPARSE[1], 2.0)], ids=repr)
def test_at_the_seam_itself(loss, lead):
    """A class that is just out of the support: no probability, but the slope of its target."""
    x = torch.tensor([[lead, 0.0, -9.0]], dtype=torch.float64)
    for label, value, slope in (
        (0, 0.0, [0.0, 0.0, 0.0]),
        (1, lead, [1.0, -1.0, 0.0]),
        (2, lead + 9, [1.0, 0.0, -1.0]),
    ):
        got, gradient = loss.value_and_gradient(x, torch.tensor([label]))
        assert gradient.tolist() == [slope]
        # beyond the seam the loss is linear: the lead, and what Ω* − the largest score is at it
        assert got.item() == pytest.approx(value, abs=1e-15)


@each_sparse
def test_infinite_scores(loss):
    def all_of(row, label):
        return [v.tolist() for v in loss.value_and_gradient(torch.tensor([row]), torch.tensor([label]))]

    assert all_of([INF, 0.0, 1.0], 0) == [[0.0], [[0.0, 0.0, 0.0]]]
    assert all_of([INF, 0.0, 1.0], 2) == [[INF], [[1.0, 0.0, -1.0]]]
    assert all_of([-INF, 0.0, -INF], 1) == [[0.0], [[0.0, 0.0, 0.0]]]
    assert all_of([-INF, 5.0, 0.0], 0) == [[INF], [[-1.0, 1.0, 0.0]]]
    value, slope = all_of([-INF, 0.0, 0.0], 1)
    assert slope == [[0.0, -0.5, 0.5]]
    assert value[0] == pytest.approx({1: 0.25, 2: 4 / 3 * (1 - 0.5**0.5)}[loss.traits.smooth])


@each_sparse
@pytest.mark.parametrize("size", [1e30, 1e37])
def test_enormous_scores_in_float32(loss, size):
    x = torch.tensor([[size, 0.0, -size]])
    for label, value in ((0, 0.0), (1, size), (2, 2 * size)):
        got, slope = loss.value_and_gradient(x, torch.tensor([label]))
        assert got.item() == pytest.approx(value, rel=1e-6)
        assert slope.tolist() == [[float(j == 0) - float(j == label) for j in range(3)]]
        assert loss.curvature(x, torch.tensor([label])).tolist() == [[0.0, 0.0, 0.0]]


@each_sparse
def test_a_row_with_zeros_has_a_slope_by_the_target_too(loss):
    x, _ = draw(n=4)
    t = torch.tensor([[0.5, 0.0, 0.25, 0.0, 0.0, 0.25]] * 4, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(loss(x, t, reduction="sum"), t)
    step = 1e-9 * torch.eye(6, dtype=torch.float64)
    with torch.no_grad():
        for j in range(6):
            change = (loss(x, t + step[j], reduction="none") - loss(x, t, reduction="none")) / 1e-9
            torch.testing.assert_close(slope[:, j], change, atol=2e-4, rtol=0)  # √t is steep at 0


@each_sparse
def test_as_in_the_package_entmax(loss):
    entmax = pytest.importorskip("entmax")
    theirs = {1: (entmax.sparsemax_loss, entmax.sparsemax), 2: (entmax.entmax15_loss, entmax.entmax15)}
    of_loss, mapping = theirs[loss.traits.smooth]
    for scale in (0.1, 1.0, 10.0):
        x, t = draw(n=50, classes=30, scale=scale)
        torch.testing.assert_close(loss.traits.link.to_mean(x), mapping(x, dim=-1))
        torch.testing.assert_close(loss(x, t, reduction="none"), of_loss(x, t), atol=1e-12, rtol=1e-10)
        leaf = x.clone().requires_grad_()
        of_loss(leaf, t).sum().backward()
        torch.testing.assert_close(loss.gradient(x, t), leaf.grad)
