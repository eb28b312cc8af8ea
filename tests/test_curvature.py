"""Curvature: eigenvalues against the whole Hessian and against curvlinops, sharpness against closed forms."""

import copy
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.func import functional_call, hessian

import lossmith as lm


def mlp(width, dtype=torch.float64):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, width), nn.Tanh(), nn.Linear(width, 3)).to(dtype)


SMALL, LARGE = 8, 80  # 75 and 723 parameters: the Hessian whole, and by Lanczos' method


@pytest.fixture
def rows():
    torch.manual_seed(1)
    return torch.randn(40, 5, dtype=torch.float64), torch.randint(0, 3, (40,))


def whole(model, loss, inputs, target):
    """The Hessian as torch.func has it, which knows nothing of ours."""
    parameters = {name: value.detach() for name, value in model.named_parameters()}
    blocks = hessian(lambda p: loss(functional_call(model, p, (inputs,)), target))(parameters)
    sizes = {name: value.numel() for name, value in parameters.items()}
    return torch.cat([
        torch.cat([blocks[a][b].reshape(sizes[a], sizes[b]) for b in parameters], 1) for a in parameters
    ]).numpy()  # fmt: skip


@pytest.mark.parametrize("width", [SMALL, LARGE])
@pytest.mark.parametrize("loss", [lm.CrossEntropy(), nn.CrossEntropyLoss()], ids=["ours", "torch"])
def test_eigenvalues_are_those_of_the_whole_hessian_to_8_digits(rows, width, loss):
    model = mlp(width)
    values, vectors = np.linalg.eigh(whole(model, nn.CrossEntropyLoss(), *rows))
    found = lm.curvature(model, loss, *rows, k=3)
    np.testing.assert_allclose(found.eigenvalues, values[::-1][:3], rtol=1e-8)
    np.testing.assert_allclose(found.lowest, values[:3], rtol=1e-8)
    for vector, wanted in zip(found.eigenvectors, vectors.T[::-1][:3], strict=True):
        assert {n: v.shape for n, v in vector.items()} == {n: v.shape for n, v in model.named_parameters()}
        flat = torch.cat([value.flatten() for value in vector.values()]).numpy()
        assert abs(flat @ wanted) == pytest.approx(1, abs=1e-6)


def test_eigenvalues_are_those_of_curvlinops(rows):
    curvlinops = pytest.importorskip("curvlinops")
    from scipy.sparse.linalg import eigsh

    model = mlp(LARGE)
    operator = curvlinops.HessianLinearOperator(model, nn.CrossEntropyLoss(), list(model.parameters()), [rows])
    wanted = eigsh(operator.to_scipy(), k=4, which="BE", return_eigenvectors=False)
    found = lm.curvature(model, lm.CrossEntropy(), *rows, k=2)
    np.testing.assert_allclose([*found.lowest, *found.eigenvalues[::-1]], np.sort(wanted), rtol=1e-8)


def test_a_small_network_has_a_spectrum_and_a_condition(rows):
    values = np.linalg.eigvalsh(whole(mlp(SMALL), nn.CrossEntropyLoss(), *rows))
    small = lm.curvature(mlp(SMALL), lm.CrossEntropy(), *rows)
    np.testing.assert_allclose(small.spectrum, values, rtol=1e-8, atol=1e-12)
    assert small.condition == math.inf  # the softmax does not mind what is added to all scores
    assert small.is_condition_exact


def test_of_a_large_network_on_a_saddle_the_condition_is_a_lower_bound(rows):
    sizes = np.abs(np.linalg.eigvalsh(whole(mlp(LARGE), nn.CrossEntropyLoss(), *rows)))
    large = lm.curvature(mlp(LARGE), lm.CrossEntropy(), *rows, k=2)
    assert large.spectrum is None
    assert large.lowest[0] < 0 < large.eigenvalues[0]
    assert 1 < large.condition <= sizes.max() / sizes.min()
    assert large.condition == pytest.approx(large.eigenvalues[0] / abs(large.lowest[1]), rel=1e-6)
    assert not large.is_condition_exact


@pytest.mark.parametrize("sign", [1, -1])
def test_of_a_large_network_whose_loss_curves_to_one_side_the_condition_is_exact(sign):
    torch.manual_seed(0)
    model, x = nn.Linear(600, 1, bias=False).double(), torch.randn(2000, 600, dtype=torch.float64)
    found = lm.curvature(model, lambda scores, _: sign * (scores**2).mean(), x, None, k=2)
    assert found.spectrum is None
    assert found.condition == pytest.approx(np.linalg.cond(x.T @ x), rel=1e-6)
    assert found.is_condition_exact
    too_few = lm.curvature(model, lambda scores, _: sign * (scores**2).mean(), x[:300], None, k=2)
    assert too_few.condition == math.inf
    assert too_few.is_condition_exact


def test_a_large_model_with_a_straight_loss_curves_nowhere():
    model, x = nn.Linear(600, 1, bias=False), torch.randn(20, 600)
    found = lm.curvature(model, lm.MAE(), x, torch.zeros(20, 1), k=2)
    assert [*found.eigenvalues, *found.lowest] == [0, 0, 0, 0]
    assert found.condition == math.inf
    assert found.slope > 0


def test_in_float32_what_rounding_leaves_of_an_eigenvalue_is_0():
    model, x = nn.Linear(3, 1, bias=False), torch.tensor([[1.0, 2, 3], [0.3, 0.1, 0.2], [1.3, 2.1, 3.2]])  # of rank 2
    assert lm.curvature(model, lm.MSE(), x, torch.zeros(3, 1)).condition == math.inf
    assert lm.curvature(model, lm.MSE(), x + torch.eye(3), torch.zeros(3, 1)).condition == pytest.approx(
        np.linalg.cond((x + torch.eye(3)).double()) ** 2, rel=1e-3
    )


@pytest.mark.parametrize("width", [SMALL, LARGE])
def test_a_network_in_float32_curves_nearly_the_same(rows, width):
    wanted = lm.curvature(mlp(width), lm.CrossEntropy(), *rows, k=2)
    single = lm.curvature(mlp(width, torch.float32), lm.CrossEntropy(), rows[0].float(), rows[1], k=2)
    np.testing.assert_allclose(single.eigenvalues, wanted.eigenvalues, rtol=1e-4)
    np.testing.assert_allclose(single.lowest, wanted.lowest, rtol=1e-3)
    assert single.sharpness == pytest.approx(wanted.sharpness, rel=1e-3)


def test_batches_are_one_hessian(rows):
    wanted = lm.curvature(mlp(SMALL), lm.CrossEntropy(), *rows)
    batches = lm.curvature(mlp(SMALL), nn.CrossEntropyLoss(), *rows, batch_size=15)
    np.testing.assert_allclose(batches.eigenvalues, wanted.eigenvalues, rtol=1e-8)
    np.testing.assert_allclose(batches.lowest, wanted.lowest, rtol=1e-8)
    assert batches.sharpness == pytest.approx(wanted.sharpness)


class Point(nn.Module):
    def __init__(self, *start):
        super().__init__()
        self.x = nn.Parameter(torch.tensor(start, dtype=torch.float64))

    def forward(self, _):
        return self.x


def of_function(function, *start, **options):
    return lm.curvature(Point(*start), lambda x, _: function(x), None, None, **options)


def test_a_quadratic_has_its_own_numbers():
    diagonal = torch.tensor([4.0, 1.0, 0.5], dtype=torch.float64)
    found = of_function(lambda x: (diagonal * x**2).sum() / 2, 1.0, 2.0, 2.0, k=2, rho=0.1)
    np.testing.assert_allclose(found.eigenvalues, [4.0, 1.0])
    np.testing.assert_allclose(found.lowest, [0.5, 1.0])
    assert found.condition == pytest.approx(8.0)
    gradient = np.array([4.0, 2.0, 1.0])
    assert found.slope == pytest.approx(np.linalg.norm(gradient))
    along = gradient / np.linalg.norm(gradient)
    assert found.sharpness == pytest.approx(0.1 * found.slope + 0.1**2 / 2 * along @ (np.diag(diagonal) @ along))


def test_a_saddle_shows_its_negative_end_and_a_minimum_no_slope():
    found = of_function(lambda x: x[0] ** 2 - 3 * x[1] ** 2, 0.0, 0.0)
    np.testing.assert_allclose(found.eigenvalues, [2.0, -6.0])
    np.testing.assert_allclose(found.lowest, [-6.0, 2.0])
    assert found.slope == found.sharpness == 0


def test_the_valley_of_rosenbrock():
    found = of_function(lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2, 1.0, 1.0)
    wanted = np.linalg.eigvalsh([[802.0, -400.0], [-400.0, 200.0]])  # by hand
    np.testing.assert_allclose(found.eigenvalues, wanted[::-1])
    assert found.condition == pytest.approx(wanted[1] / wanted[0])


def test_the_plane_of_the_top_eigenvectors_curves_by_their_eigenvalues(rows):
    model = mlp(SMALL)
    plane = lm.surface(model, lm.CrossEntropy(), *rows, directions="hessian", steps=3, span=1e-3)
    top = lm.curvature(model, lm.CrossEntropy(), *rows, k=2).eigenvalues
    bends = [(line[0] - 2 * line[1] + line[2]) / 1e-6 for line in (plane.values[:, 1], plane.values[1])]
    np.testing.assert_allclose(bends, top, rtol=1e-3)
    assert f"{top[0]:.4g}" in plane.axes[0]


def test_nothing_of_the_model_is_changed(rows):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.Dropout(), nn.Linear(8, 3)).double()
    kept, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    lm.curvature(model, lm.CrossEntropy(), *rows, k=1)
    assert all(torch.equal(value, kept[name]) for name, value in model.state_dict().items())
    assert model.training
    assert torch.equal(torch.get_rng_state(), state)


def test_the_same_call_gives_the_same_numbers(rows):
    first, again = (lm.curvature(mlp(LARGE), lm.CrossEntropy(), *rows, k=2).eigenvalues for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_wrong_use_is_refused(rows):
    with pytest.raises(lm.LossmithError, match="k=0"):
        lm.curvature(mlp(SMALL), lm.CrossEntropy(), *rows, k=0)
    with pytest.raises(lm.LossmithError, match="not finite"):
        of_function(lambda x: x.sqrt().sum(), 0.0, 1.0)
    with pytest.raises(lm.LossmithError, match="dimensions=1"):
        lm.surface(Point(1.0), lambda x, _: (x**2).sum(), None, None, directions="hessian")
