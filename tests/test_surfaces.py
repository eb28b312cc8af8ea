"""Surfaces: exact coordinates and values, the directions as they are defined, and a model that is left as it was."""

import copy
import math
import pickle

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

import lossmith as lm
from lossmith.surfaces import Between, Trajectory, survey
from lossmith.surfaces.directions import random
from lossmith.surfaces.objective import Objective


def mlp(seed=0, width=8, dtype=torch.float32):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 3)).to(dtype)


@pytest.fixture
def rows():
    torch.manual_seed(1)
    return torch.randn(50, 4), torch.randint(0, 3, (50,))


class Point(nn.Module):
    """A network whose output is its parameters: a surface of it is a function of the plane."""

    def __init__(self, *start):
        super().__init__()
        self.x = nn.Parameter(torch.tensor(start, dtype=torch.float64))

    def forward(self, _):
        return self.x


AXES = [{"x": torch.tensor([1.0, 0.0])}, {"x": torch.tensor([0.0, 1.0])}]


def of_function(function, start=(0.0, 0.0), **options):
    return lm.surface(Point(*start), lambda x, _: function(*x), None, None, directions=AXES, **options)


# Coordinates and values -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("steps", "span"), [(3, 1.0), (21, 0.3), (51, 7.0)])
def test_coordinates_are_exact_and_even(steps, span):
    plane = of_function(lambda x, y: x + 10 * y, steps=steps, span=span)
    assert plane.alphas[steps // 2] == 0
    assert plane.alphas[0] == -span
    assert plane.alphas[-1] == span
    np.testing.assert_array_equal(plane.alphas, -plane.alphas[::-1])
    np.testing.assert_allclose(np.diff(plane.alphas), 2 * span / (steps - 1), rtol=1e-12)
    a, b = np.meshgrid(plane.alphas, plane.betas, indexing="ij")  # values[i, j] is at alphas[i], betas[j]
    np.testing.assert_allclose(plane.values, a + 10 * b, atol=1e-12)


LOSSES = [lm.CrossEntropy(), nn.CrossEntropyLoss(), lambda scores, y: -scores.log_softmax(1)[range(len(y)), y].mean()]


@pytest.mark.parametrize("loss", LOSSES, ids=["ours", "torch", "function"])
@pytest.mark.parametrize("options", [{}, {"directions": "gradient"}, {"dimensions": 1}], ids=str)
def test_the_centre_is_the_loss_to_the_last_bit(rows, loss, options):
    model = mlp()
    surface = lm.surface(model, loss, *rows, steps=5, **options)
    assert surface.centre == surface.values[(2,) * surface.values.ndim] == loss(model(rows[0]), rows[1]).item()


@pytest.mark.kernels
def test_the_centre_is_the_loss_with_kernels_too(rows):
    model, target = mlp(), torch.randn(50, 3)
    for loss in (lm.MSE(), lm.Huber()):
        assert lm.surface(model, loss, rows[0], target, steps=3).centre == loss(model(rows[0]), target).item()


def test_values_are_those_of_the_moved_network(rows):
    model = mlp()
    plane = lm.surface(model, lm.CrossEntropy(), *rows, steps=5, span=0.8, seed=3)
    first, second = random(Objective(model, lm.CrossEntropy(), *rows), 2, seed=3)
    moved = copy.deepcopy(model)
    with torch.no_grad():
        for name, value in moved.named_parameters():
            value += -0.8 * first[name] + 0.4 * second[name]
    assert plane.values[0, 3] == pytest.approx(lm.CrossEntropy()(moved(rows[0]), rows[1]).item(), rel=1e-6)


@pytest.mark.parametrize("size", [1, 7, 50, 64])
def test_batches_give_the_mean_over_rows(rows, size):
    whole = lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=3)
    parts = lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=3, batch_size=size)
    np.testing.assert_allclose(parts.values, whole.values, rtol=1e-6)


def test_inputs_may_be_several_named_or_numpy(rows):
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = mlp()

        def forward(self, a, b):
            return self.layers(a + b)

    x, y = rows
    wanted = lm.surface(Two(), lm.CrossEntropy(), (x, x), y, steps=3).values
    named = {"a": x, "b": x}
    for inputs, target in [((x.numpy(), x.numpy()), y.numpy()), (named, y)]:
        np.testing.assert_array_equal(lm.surface(Two(), lm.CrossEntropy(), inputs, target, steps=3).values, wanted)
    split = lm.surface(Two(), lm.CrossEntropy(), named, y, steps=3, batch_size=20).values
    np.testing.assert_allclose(split, wanted, rtol=1e-6)


def test_what_is_not_finite_is_kept():
    def function(x, y):
        return torch.where(x > 0.4, math.inf, torch.where(x < -0.4, -math.inf, torch.where(y > 0.4, math.nan, x + y)))

    plane = of_function(function, steps=5)
    assert np.isposinf(plane.values[3:]).all()
    assert np.isneginf(plane.values[:2]).all()
    assert np.isnan(plane.values[2, 3:]).all()
    assert plane.holes.sum() == 20 + 2
    assert np.isfinite(plane.values[2, :3]).all()


def test_a_loss_that_refuses_what_is_not_finite_leaves_a_hole():
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Sigmoid())
    nn.init.constant_(model[0].weight, math.inf)  # inf · 0 is NaN, which torch's BCELoss refuses by an error
    line = lm.surface(model, nn.BCELoss(), torch.zeros(2, 1), torch.ones(2, 1), steps=3, directions=[
        {"0.weight": torch.ones(1, 1)}
    ])  # fmt: skip
    assert np.isnan(line.values).all()
    finite, seven = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid()), torch.full((2, 1), 7.0)
    with pytest.raises(RuntimeError, match="target"):
        lm.surface(finite, nn.BCELoss(), torch.zeros(2, 1), seven)


# The model is left as it was ------------------------------------------------------------------------------------------


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 3))

    def forward(self, x):
        return self.layers(x)


@pytest.mark.parametrize("directions", ["random", "gradient"])
def test_nothing_of_the_model_is_changed(rows, directions):
    torch.manual_seed(0)
    model = Network()
    model.layers[0].eval()
    lm.CrossEntropy()(model(rows[0]), rows[1]).backward()
    kept = copy.deepcopy(model.state_dict())
    gradients = [p.grad for p in model.parameters()]
    modes = [m.training for m in model.modules()]
    state = torch.get_rng_state()
    lm.surface(model, lm.CrossEntropy(), *rows, steps=3, directions=directions)
    assert all(torch.equal(value, kept[name]) for name, value in model.state_dict().items())
    assert all(p.grad is g for p, g in zip(model.parameters(), gradients, strict=True))
    assert [m.training for m in model.modules()] == modes
    assert torch.equal(torch.get_rng_state(), state)


def test_dropout_and_statistics_of_a_batch_are_the_same_at_each_point(rows):
    torch.manual_seed(0)
    model = Network()
    still = [{name: torch.zeros_like(p) for name, p in model.named_parameters()}]
    still[0]["layers.0.bias"] += 1.0  # which the norm takes away again
    line = lm.surface(model, lm.CrossEntropy(), *rows, steps=5, directions=still)
    np.testing.assert_allclose(line.values, line.centre, rtol=1e-5)
    assert line.centre == lm.CrossEntropy()(model(rows[0]), rows[1]).item()  # which draws the same numbers


def test_what_is_frozen_stays(rows):
    model = mlp()
    model[2].requires_grad_(False)
    directions = random(Objective(model, lm.CrossEntropy(), *rows), 1, seed=0)
    assert set(directions[0]) == {"0.weight", "0.bias"}


# Directions -----------------------------------------------------------------------------------------------------------


class Everything(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear, self.conv = nn.Linear(3, 4), nn.Conv2d(2, 4, 3, groups=2)
        self.transposed, self.embedding = nn.ConvTranspose1d(4, 6, 3, groups=2), nn.Embedding(5, 3)
        self.norm, self.batch_norm, self.prelu = nn.LayerNorm((2, 3)), nn.BatchNorm2d(4), nn.PReLU()
        self.attention, self.zero = nn.MultiheadAttention(4, 2, add_bias_kv=True), nn.Linear(3, 2)
        nn.init.zeros_(self.zero.weight)


def filters(module, value):
    """One by one, as the layers' documentation lays them out."""
    if isinstance(module, nn.ConvTranspose1d):
        groups = module.groups
        size, outputs = value.shape[0] // groups, value.shape[1]
        return [value[g * size : (g + 1) * size, o] for g in range(groups) for o in range(outputs)]
    return list(value)


def test_each_filter_is_as_long_as_the_networks_own():
    model = Everything()
    first, second = random(Objective(model, lm.MSE(), None, None), 2, seed=0)
    with_filters = {"linear", "conv", "transposed", "embedding", "attention", "zero"}
    seen = 0
    for name, value in model.named_parameters():
        module = model.get_submodule(name.rpartition(".")[0])
        has_filters = "weight" in name and name.split(".")[0] in with_filters
        if not has_filters:
            assert not first[name].any(), name
            continue
        for own, drawn in zip(filters(module, value), filters(module, first[name]), strict=True):
            assert drawn.norm().item() == pytest.approx(own.norm().item(), rel=1e-5), name
            seen += 1
    assert seen > 30
    assert not torch.equal(first["linear.weight"], second["linear.weight"])
    assert not first["zero.weight"].any()


@pytest.mark.parametrize(("factor", "tolerance"), [(4.0, 0), (2.0**-7, 0), (10.0, 1e-5)])
def test_a_rescaled_network_has_the_same_surface(rows, factor, tolerance):
    model, rescaled = mlp(), mlp()
    with torch.no_grad():
        rescaled[0].weight *= factor
        rescaled[0].bias *= factor
        rescaled[2].weight /= factor
    one, other = (lm.surface(m, lm.CrossEntropy(), *rows, steps=7) for m in (model, rescaled))
    np.testing.assert_allclose(other.values, one.values, rtol=tolerance)


def test_a_seed_gives_the_same_plane_and_another_seed_another(rows):
    one, same, other = (lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=3, seed=s).values for s in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    double = (rows[0].double(), rows[1])
    in_double = lm.surface(mlp(dtype=torch.float64), lm.CrossEntropy(), *double, steps=3, seed=0).values
    np.testing.assert_allclose(in_double, one, rtol=1e-5)


def test_the_gradient_is_the_steepest_line():
    model = Point(2.0, 1.0)
    options = {"directions": "gradient", "dimensions": 1, "steps": 3, "span": 1e-4}
    line = lm.surface(model, lambda x, _: x[0] ** 2 + 3 * x[1] ** 2, None, None, **options)
    slope = (line.values[2] - line.values[0]) / 2e-4
    assert slope == pytest.approx(math.hypot(4.0, 6.0), rel=1e-6)


def test_the_plane_of_the_gradient_holds_the_first_two_steps_of_descent():
    hessian = torch.diag(torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64))
    start = torch.ones(3, dtype=torch.float64)
    plane = lm.surface(Point(*start), lambda x, _: x @ hessian @ x / 2, None, None, directions="gradient", steps=5)
    first = start - 0.1 * hessian @ start
    second = first - 0.1 * hessian @ first
    along = (first - start) / (first - start).norm()
    beside = (second - start) - (second - start) @ along * along
    beside /= beside.norm()
    a, b = (torch.from_numpy(line)[:, None] for line in (plane.alphas, plane.betas))
    for side in (1, -1):  # descent goes against the gradient; the other axis may point to either side
        points = start - (a * along)[:, None] + side * (b * beside)[None]
        values = torch.einsum("abi,ij,abj->ab", points, hessian, points) / 2
        if np.allclose(plane.values, values):
            return
    raise AssertionError("the plane is another one")


# Between solutions, and along a run -----------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [3, 5, 21, 51])
@pytest.mark.parametrize("span", [0.5, 1.0, 2.0])
def test_between_two_solutions_both_are_on_the_line_to_the_last_bit(rows, steps, span):
    one, other = mlp(0), mlp(5)
    line = lm.surface(one, lm.CrossEntropy(), *rows, steps=steps, span=span, directions=Between(other.state_dict()))
    assert len(line.alphas) == steps
    for model, at in ((one, 0.0), (other, 1.0)):
        assert line.values[line.alphas == at] == [lm.CrossEntropy()(model(rows[0]), rows[1]).item()]
    assert (line.alphas == 0.5).any()
    assert line.marks.tolist() == [[0.0], [1.0]]


def test_a_solution_that_is_not_finite_leaves_the_other_as_it_is(rows):
    model, broken = mlp(0), mlp(5).state_dict()
    broken["0.weight"][0, 0] = math.nan
    line = lm.surface(model, lm.CrossEntropy(), *rows, steps=5, directions=Between(broken))
    assert line.centre == lm.CrossEntropy()(model(rows[0]), rows[1]).item()
    assert line.holes.sum() == 4


def test_between_three_solutions_all_are_on_the_plane_to_the_last_bit(rows):
    models = [mlp(seed) for seed in (0, 5, 6)]
    others = [model.state_dict() for model in models[1:]]
    plane = lm.surface(models[0], lm.CrossEntropy(), *rows, steps=21, directions=Between(*others))
    for model, (a, b) in zip(models, plane.marks, strict=True):
        value = plane.values[plane.alphas == a, plane.betas == b]
        assert value == [lm.CrossEntropy()(model(rows[0]), rows[1]).item()]


def recorded(dimensions=30, points=12):
    """A run whose points are known: most of it in two directions, some noise in the others."""
    generator = np.random.default_rng(0)
    basis, _ = np.linalg.qr(generator.normal(size=(dimensions, dimensions)))
    coordinates = generator.normal(size=(points, dimensions)) * np.r_[5.0, 2.0, np.full(dimensions - 2, 0.1)]
    return coordinates @ basis.T


@pytest.mark.parametrize("dimensions", [1, 2])
def test_a_trajectorys_plane_is_that_of_its_principal_components(dimensions):
    run = recorded()
    end = run[-1]
    states = [{"x": torch.from_numpy(point)} for point in run]
    surface = lm.surface(Point(*end), lambda x, _: (x**2).sum(), None, None, directions=Trajectory(states, dimensions),
                         steps=31)  # fmt: skip
    pca = PCA(dimensions).fit(run)
    assert surface.explained == pytest.approx(pca.explained_variance_ratio_.tolist())
    wanted = (run - end) @ pca.components_.T
    signs = np.sign((surface.marks * wanted).sum(0))
    np.testing.assert_allclose(surface.marks * signs, wanted, atol=1e-9)
    assert surface.centre == pytest.approx((end**2).sum())
    for line, marks in zip(surface.coordinates, surface.marks.T, strict=True):
        assert line[0] <= marks.min() <= marks.max() <= line[-1]
        assert len(line) == 31
        assert 0 in line
    corner = end + sum(
        line[0] * sign * component
        for line, sign, component in zip(surface.coordinates, signs, pca.components_, strict=True)
    )
    assert surface.values[(0,) * dimensions] == pytest.approx((corner**2).sum())


# Wrong use ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 50}, "odd"),
        ({"steps": 1}, "odd"),
        ({"steps": 5.0}, "odd"),
        ({"span": 0.0}, "span"),
        ({"span": math.nan}, "span"),
        ({"dimensions": 3}, "dimensions"),
        ({"directions": "hill"}, "write 'random'"),
        ({"directions": []}, "directions: 0"),
        ({"directions": [{"weight": torch.ones(3)}]}, "names weight"),
        ({"directions": [{"0.weight": torch.ones(3)}]}, "shape"),
        ({"directions": [{}]}, "lead somewhere"),
        ({"directions": [{"0.bias": torch.full((8,), math.nan)}]}, "lead somewhere"),
        ({"directions": Between({})}, "same network"),
        ({"directions": Between(mlp(width=9).state_dict())}, "shape"),
        ({"directions": Trajectory([mlp().state_dict()] * 5)}, "do not span 2"),
        ({"batch_size": 0}, "batch_size"),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_use_is_refused_with_a_remedy(rows, options, message):
    with pytest.raises(lm.LossmithError, match=message):
        lm.surface(mlp(), lm.CrossEntropy(), *rows, **{"steps": 3, **options})


def test_what_has_no_surface_is_refused(rows):
    with pytest.raises(lm.LossmithError, match=r"nn\.Module"):
        lm.surface(lambda x: x, lm.MSE(), *rows)
    with pytest.raises(lm.LossmithError, match="requires_grad_"):
        lm.surface(mlp().requires_grad_(False), lm.CrossEntropy(), *rows)
    with pytest.raises(lm.LossmithError, match="filters"):
        lm.surface(Point(1.0, 2.0), lambda x, _: x.sum(), None, None)
    with pytest.raises(lm.LossmithError, match="reduction='mean'"):
        lm.surface(mlp(), nn.CrossEntropyLoss(reduction="none"), *rows)
    with pytest.raises(lm.LossmithError, match="rows"):
        lm.surface(mlp(), lm.CrossEntropy(), rows[0], rows[1][:-1], batch_size=10)
    with pytest.raises(lm.LossmithError, match="give one or two"):
        Between()
    with pytest.raises(lm.LossmithError, match="gradient is 0"):
        lm.surface(Point(0.0, 0.0), lambda x, _: (x**2).sum(), None, None, directions="gradient")
    with pytest.raises(lm.LossmithError, match="dimensions=1"):
        lm.surface(Point(1.0, 2.0), lambda x, _: (x**2).sum(), None, None, directions="gradient")
    with pytest.raises(lm.LossmithError, match="line"):
        _ = lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=3, dimensions=1).betas


def test_progress_sees_every_point(rows):
    seen = []

    def progress(points):
        for point in points:
            seen.append(point)
            yield point

    plane = lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=3, progress=progress)
    assert len(seen) == 9
    assert pickle.loads(pickle.dumps(plane)).values.tolist() == plane.values.tolist()


# Measures -------------------------------------------------------------------------------------------------------------


def test_a_line_between_solutions_has_a_barrier_and_others_none():
    def well(x, y):
        return 16 * x**2 * (1 - x) ** 2 + y

    other = Between({"x": torch.tensor([1.0, 3.0])})
    line = lm.surface(Point(0.0, 0.0), lambda x, _: well(*x), None, None, directions=other)
    assert line.barrier() == pytest.approx(1.0)
    with pytest.raises(lm.LossmithError, match="Between"):
        of_function(well, steps=3).barrier()


def test_a_survey_is_the_planes_with_the_seeds_that_follow(rows):
    found = survey(mlp(), lm.CrossEntropy(), *rows, planes=3, steps=5, seed=7)
    for n, (plane, its) in enumerate(zip(found.planes, found.measures, strict=True)):
        same = lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=5, seed=7 + n)
        np.testing.assert_array_equal(plane.values, same.values)
        assert its == same.measures()
    flat = sorted(its.flat for its in found.measures)
    spread = found.spread["flat"]
    assert [spread.least, spread.median, spread.greatest] == flat
    with pytest.raises(lm.LossmithError, match="planes=0"):
        survey(mlp(), lm.CrossEntropy(), *rows, planes=0)


# Long runs ------------------------------------------------------------------------------------------------------------


def stopped_after(count, seen):
    def progress(points):
        for n, point in enumerate(points):
            if n == count:
                raise KeyboardInterrupt
            seen.append(point)
            yield point

    return progress


@pytest.mark.parametrize("options", [{}, {"batch_size": 20}, {"directions": "gradient"}], ids=str)
def test_a_stopped_run_goes_on_where_it_was(rows, tmp_path, options):
    options = {"steps": 5, "keep": tmp_path / "deep" / "plane.npz", **options}
    first, second = [], []
    with pytest.raises(KeyboardInterrupt):
        lm.surface(mlp(), lm.CrossEntropy(), *rows, progress=stopped_after(8, first), **options)
    resumed = lm.surface(mlp(), lm.CrossEntropy(), *rows, progress=stopped_after(99, second), **options)
    whole = lm.surface(mlp(), lm.CrossEntropy(), *rows, **{**options, "keep": None})
    np.testing.assert_array_equal(resumed.values, whole.values)
    assert (len(first), len(second)) == (8, 17)
    assert not set(first) & set(second)
    nothing_left = stopped_after(0, [])
    again = lm.surface(mlp(), lm.CrossEntropy(), *rows, progress=nothing_left, **options)
    np.testing.assert_array_equal(again.values, whole.values)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["plane.npz"]


def test_what_was_kept_of_something_else_is_refused(rows, tmp_path):
    keep = tmp_path / "plane.npz"
    lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=3, keep=keep)
    others = [
        lambda: lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=3, keep=keep, seed=1),
        lambda: lm.surface(mlp(1), lm.CrossEntropy(), *rows, steps=3, keep=keep),
        lambda: lm.surface(mlp(), lm.CrossEntropy(label_smoothing=0.1), *rows, steps=3, keep=keep),
        lambda: lm.surface(mlp(), lm.CrossEntropy(), rows[0] + 1, rows[1], steps=3, keep=keep),
        lambda: lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=3, keep=keep, span=0.5),
    ]
    for other in others:
        with pytest.raises(lm.LossmithError, match="another model"):
            other()
    with pytest.raises(lm.LossmithError, match="points"):
        lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=5, keep=keep)
    for rubbish in (b"", b"no archive", keep.read_bytes()[:100]):
        keep.write_bytes(rubbish)
        with pytest.raises(lm.LossmithError, match="does not hold"):
            lm.surface(mlp(), lm.CrossEntropy(), *rows, steps=3, keep=keep)


def test_a_hole_that_was_kept_is_a_hole(tmp_path):
    def function(x, y):
        return torch.where(x < 0, math.nan, x + y)

    one, other = (of_function(function, steps=3, keep=tmp_path / "plane.npz").values for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert np.isnan(one[0]).all()
