"""The loss as a function of two numbers, and optimisers that roll down it."""

import copy
import math

import numpy as np
import pytest
import torch
from torch import nn

import lossmith as lm
from lossmith.surfaces import Between, Landscape, descend

BOWL = Landscape(height=lambda at: at[0] ** 2 / 2 + 2 * at[1] ** 2, axes=("x", "y"))


@pytest.mark.parametrize("loss", [lm.MSE(), lm.Huber(), lm.Quantile(level=0.9)], ids=str)
def test_over_prediction_and_target_is_the_loss_of_one_element(loss):
    plane = Landscape.over_prediction(loss, span=2.0).surface(steps=9)
    prediction, target = np.meshgrid(plane.alphas, plane.betas, indexing="ij")
    np.testing.assert_allclose(plane.values, loss(prediction, target, reduction="none"))
    assert plane.axes == ("prediction", "target")
    assert plane.alphas[[0, -1]].tolist() == [-2, 2]


@pytest.mark.parametrize("label", [0, 1])
def test_over_logits_is_the_loss_of_one_row(label):
    plane = Landscape.over_logits(lm.CrossEntropy(), label=label).surface(steps=5)
    wanted = [[np.logaddexp(a, b) - (a, b)[label] for b in plane.betas] for a in plane.alphas]
    np.testing.assert_allclose(plane.values, wanted, atol=1e-12)


def test_over_weights_is_the_mean_over_the_data():
    generator = np.random.default_rng(0)
    two, one, target = generator.normal(size=(20, 2)), generator.normal(size=20), generator.normal(size=20)
    plane = Landscape.over_weights(lm.MSE(), two, target).surface(steps=5)
    line = Landscape.over_weights(lm.MSE(), one.astype(np.float32), target, activation=torch.tanh).surface(steps=5)
    for i, a in enumerate(plane.alphas):
        for j, b in enumerate(plane.betas):
            assert plane.values[i, j] == pytest.approx(np.mean((two @ [a, b] - target) ** 2))
            assert line.values[i, j] == pytest.approx(np.mean((np.tanh(a * one + b) - target) ** 2), rel=1e-6)
    assert plane.axes == ("weight 1", "weight 2")
    assert line.axes == ("weight", "bias")


@pytest.mark.parametrize("seed", range(3))
def test_squared_error_after_a_sigmoid_stalls_and_cross_entropy_is_convex(seed):
    torch.manual_seed(seed)
    x = torch.randn(60, 2)
    y = (x.sum(1) + torch.randn(60) > 0).long()
    squared = Landscape.over_weights(lm.MSE(), x, y.double(), activation=torch.sigmoid, span=20.0)
    entropy = Landscape.over_weights(lm.BinaryCrossEntropy(), x, y, span=20.0)
    one, other = (landscape.surface(steps=31).measures() for landscape in (squared, entropy))
    assert other.convex == 1
    assert one.convex < 0.8
    start = (-15.0, -15.0)
    stuck, free = (descend(each, start, lr=0.5, steps=30) for each in (squared, entropy))
    moved = [np.linalg.norm(way.points[-1] - start) for way in (stuck, free)]
    assert moved[1] > 10 * moved[0]


# Descents -------------------------------------------------------------------------------------------------------------


def test_gradient_descent_on_a_bowl_shrinks_by_the_closed_form():
    way = descend(BOWL, (3.0, -1.0), lr=0.1, steps=20)
    k = np.arange(21)
    np.testing.assert_allclose(way.points, np.stack([3 * 0.9**k, -(0.6**k)], 1))
    np.testing.assert_allclose(way.values, way.points[:, 0] ** 2 / 2 + 2 * way.points[:, 1] ** 2)
    assert way.name == "SGD(lr=0.1)"
    assert not way.has_diverged


def test_momentum_is_the_recurrence_of_the_textbook():
    way = descend(BOWL, (3.0, -1.0), torch.optim.SGD, lr=0.1, momentum=0.9, steps=15)
    at, speed = np.array([3.0, -1.0]), np.zeros(2)
    for point in way.points:
        np.testing.assert_allclose(point, at, atol=1e-12)
        speed = 0.9 * speed + at * [1, 4]
        at = at - 0.1 * speed


def test_adam_steps_by_its_rate_first_and_lbfgs_finds_the_bottom():
    adam = descend(BOWL, (3.0, -1.0), torch.optim.Adam, lr=0.1, steps=1)
    np.testing.assert_allclose(adam.points[1], [2.9, -0.9])
    lbfgs = descend(BOWL, (3.0, -1.0), torch.optim.LBFGS, lr=1.0, steps=3)
    np.testing.assert_allclose(lbfgs.points[-1], 0, atol=1e-6)


def test_a_descent_ends_where_the_height_is_not_finite():
    cliff = Landscape(height=lambda at: torch.where(at[0] < 2, -at.sum(), math.nan), axes=("x", "y"))
    way = descend(cliff, (1.0, 0.0), lr=0.4, steps=50)
    assert way.points[:, 0].tolist() == pytest.approx([1.0, 1.4, 1.8, 2.2])
    assert math.isnan(way.values[-1])
    assert way.has_diverged
    assert descend(BOWL, (1.0, 1.0), lr=10.0, steps=2000).has_diverged


def test_a_descent_over_prediction_leaves_the_target():
    way = descend(Landscape.over_prediction(lm.MSE()), (2.0, -1.0), lr=0.1, steps=50)
    assert (way.points[:, 1] == -1).all()
    assert way.points[-1, 0] == pytest.approx(-1, abs=1e-3)


# In the plane of a network --------------------------------------------------------------------------------------------


def network():
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Dropout(0.2), nn.Linear(5, 2))
    return layers, torch.randn(30, 3), torch.randint(0, 2, (30,))


def other():
    torch.manual_seed(1)
    return {name: torch.randn_like(value) for name, value in network()[0].named_parameters()}


@pytest.mark.parametrize(
    "options",
    [
        {"seed": 3, "span": 0.5},
        {"directions": "gradient"},
        {"directions": Between(other(), other())},
        {"batch_size": 8},
    ],
    ids=["random", "gradient", "between", "batches"],
)
def test_heights_over_a_plane_are_those_of_the_surface_and_slopes_its_own(options):
    model, x, y = network()
    plane = lm.surface(model, lm.CrossEntropy(), x, y, steps=5, **options)
    landscape = Landscape.over_plane(model, lm.CrossEntropy(), x, y, **options)
    assert landscape.axes == plane.axes
    for i, j in ((0, 0), (2, 2), (3, 1)):
        at = torch.tensor([plane.alphas[i], plane.betas[j]], dtype=torch.float64, requires_grad=True)
        height = landscape.height(at)
        assert height.item() == plane.values[i, j]
        height.backward()
        for axis in (0, 1):
            near = [at.detach() + sign * 1e-2 * torch.eye(2)[axis] for sign in (-1, 1)]
            rise = float(landscape.height(near[1]) - landscape.height(near[0])) / 2e-2
            assert at.grad[axis].item() == pytest.approx(rise, rel=0.02, abs=1e-3)
    if "directions" not in options:
        np.testing.assert_array_equal(landscape.surface(steps=5).values, plane.values)


@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        (torch.optim.SGD, {"lr": 0.02}),
        (torch.optim.SGD, {"lr": 0.02, "momentum": 0.9}),
        (torch.optim.Adam, {"lr": 0.3}),
    ],
    ids=["descent", "momentum", "adam"],
)
def test_a_descent_in_a_plane_is_the_whole_gradient_projected_on_its_directions(optimizer, options):
    class Point(nn.Module):
        def __init__(self):
            super().__init__()
            self.x = nn.Parameter(torch.tensor([1.0, -1.0, 2.0], dtype=torch.float64))

        def forward(self, _):
            return self.x

    hessian = torch.tensor([[3.0, 1, 0], [1, 2, 1], [0, 1, 4]], dtype=torch.float64)
    first, second = (torch.tensor(d, dtype=torch.float64) for d in ([1.0, 0, 2], [0, -1.0, 1]))
    landscape = Landscape.over_plane(Point(), lambda x, _: x @ hessian @ x / 2, None, None, directions=[
        {"x": first}, {"x": second}
    ])  # fmt: skip
    rolled = descend(landscape, (-2.0, 1.5), optimizer, steps=20, **options)

    def height(at):
        x = Point().x.detach() + at[0] * first + at[1] * second
        return x @ hessian @ x / 2

    wanted = descend(Landscape(height=height, axes=("a", "b")), (-2.0, 1.5), optimizer, steps=20, **options)
    np.testing.assert_allclose(rolled.points, wanted.points, rtol=1e-9)
    np.testing.assert_allclose(rolled.values, wanted.values, rtol=1e-9)


def test_a_descent_in_a_plane_leaves_the_model_as_it_was():
    model, x, y = network()
    kept, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    landscape = Landscape.over_plane(model, lm.CrossEntropy(), x, y)
    descend(landscape, (0.5, 0.5), lr=0.1, steps=3)
    assert all(torch.equal(value, kept[name]) for name, value in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())
    assert torch.equal(torch.get_rng_state(), state)


def test_a_descent_in_a_plane_ends_where_the_network_gives_no_numbers():
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Sigmoid())
    nn.init.constant_(model[0].weight, 1e30)
    along = [{"0.weight": torch.ones(1, 1)}, {"0.weight": torch.full((1, 1), 1e38)}]
    landscape = Landscape.over_plane(model, nn.BCELoss(), torch.zeros(2, 1), torch.ones(2, 1), directions=along)
    way = descend(landscape, (0.0, 9.0), steps=3)  # the weight overflows, and torch's BCELoss refuses the NaN
    assert len(way.values) == 1
    assert way.has_diverged


def test_wrong_use_is_refused():
    model, x, y = network()
    with pytest.raises(lm.LossmithError, match="make a line"):
        Landscape.over_plane(model, lm.CrossEntropy(), x, y, directions=Between(other()))
    with pytest.raises(lm.LossmithError, match="two numbers"):
        descend(BOWL, (1.0, 2.0, 3.0))
    with pytest.raises(lm.LossmithError, match="one column or two"):
        Landscape.over_weights(lm.MSE(), np.ones((4, 3)), np.ones(4))
    with pytest.raises(lm.LossmithError, match="odd"):
        BOWL.surface(steps=4)
    elsewhere = Landscape(height=BOWL.height, axes=BOWL.axes, centre=(9.0, 0.0), span=1.0).surface(steps=3)
    assert elsewhere.alphas.tolist() == [8, 9, 10]
    with pytest.raises(lm.LossmithError, match="do not hold 0"):
        _ = elsewhere.centre
