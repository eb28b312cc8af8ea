"""Measures of a surface, on functions whose answers are known."""

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import fsolve

from lossmith.surfaces import rolling
from lossmith.surfaces.measures import barrier, measures
from lossmith.surfaces.persistence import minima

RASTRIGIN = 5.12


def over(function, low, high, steps, dimensions=2):
    """Values of a function over a square (or an interval), and the coordinates."""
    line = np.linspace(low, high, steps)
    return function(*np.meshgrid(*[line] * dimensions, indexing="ij")), [line] * dimensions


def rastrigin(*x):
    return sum(each**2 - 10 * np.cos(2 * math.pi * each) + 10 for each in x)


def himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def plateau(x, y):
    return np.minimum(x**2 + y**2, 1.0)


# The answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("single", [False, True])
def test_a_quadratic_is_as_good_as_can_be(single):
    values, coordinates = over(lambda x, y: 3 + x**2 + 2 * y**2, -1, 1, 101)
    found = measures(values.astype(np.float32).astype(float) if single else values, coordinates)
    assert (found.count, found.convex, found.reach, found.success, found.trap, found.holes) == (1, 1, 1, 1, 0, 0)
    assert found.minima[0].cell == (50, 50)
    assert found.minima[0].depth == pytest.approx(3.0)
    assert found.flat < 0.01
    assert found.predictiveness > 0.98
    assert found.width == pytest.approx(2 * math.sqrt(0.3 * math.sqrt(0.5) * 1.0), rel=0.02)  # x² + 2y² ≤ 0.3


def test_a_slope_has_no_minimum_inside():
    found = measures(*over(lambda x, y: x - 2 * y, -1, 1, 21))
    assert found.count == 0
    assert [dip.is_at_edge for dip in found.minima] == [True]
    assert (found.convex, found.flat) == (1, 0)
    assert found.predictiveness == pytest.approx(1)


def test_a_constant_is_flat_and_has_nothing_else():
    found = measures(*over(lambda x, y: 0 * x + 5, -1, 1, 11))
    assert found.minima == ()
    assert (found.flat, found.convex, found.trap) == (1, 1, 0)
    assert math.isnan(found.predictiveness)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_rastrigin_has_eleven_minima_along_each_axis(dimensions):
    found = measures(*over(rastrigin, -RASTRIGIN, RASTRIGIN, 257, dimensions))
    assert found.count == 11**dimensions
    assert found.reach < 0.2
    assert found.success == pytest.approx((1.0 / (2 * RASTRIGIN)) ** dimensions, abs=0.005)  # between the walls at ±½
    assert found.convex < 0.6
    deepest = found.minima[0]
    assert deepest.cell == (128,) * dimensions
    assert deepest.value == pytest.approx(0, abs=1e-12)
    if dimensions == 1:

        def slope(x):
            return 2 * x + 20 * math.pi * np.sin(2 * math.pi * x)

        bottom, wall = fsolve(slope, 1.0)[0], fsolve(slope, 0.5)[0]  # beside the lowest, and between the two
        depths = sorted((dip.depth for dip in found.minima if not dip.is_at_edge), reverse=True)
        assert depths[1] == pytest.approx(rastrigin(wall) - rastrigin(bottom), rel=0.01)


def test_himmelblau_has_four_equal_minima_as_deep_as_its_saddles():
    def gradient(at):
        x, y = at
        return [4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7), 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)]

    values, coordinates = over(himmelblau, -5, 5, 201)
    found = measures(values, coordinates)
    assert found.count == 4
    assert found.reach > 0.99  # all four are the best
    assert found.success == 1
    places = [[line[n] for line, n in zip(coordinates, dip.cell, strict=True)] for dip in found.minima]
    bottoms = {tuple(np.rint(place).astype(int).tolist()) for place in places}
    assert bottoms == {(3, 2), (-3, 3), (-4, -3), (4, -2)}
    near = [(3.4, 0.1), (0.1, 2.9), (-3.1, -0.1)]  # the saddles between them
    saddles = sorted((himmelblau(*fsolve(gradient, start)) for start in near), reverse=True)
    np.testing.assert_allclose([dip.depth for dip in found.minima[1:]], saddles, rtol=0.01)


def test_rosenbrock_is_convex_where_its_hessian_says_so():
    values, coordinates = over(lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, -1, 1, 201)
    x, y = np.meshgrid(*coordinates, indexing="ij")
    wanted = (y < x**2 + 0.005).mean()  # det = 400 − 80000·(y − x²) > 0, by hand
    assert measures(values, coordinates).convex == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize("seed", range(10))
def test_a_convex_function_is_convex_on_any_grid(seed):
    planes = np.random.default_rng(seed).normal(size=(12, 3)) * 3
    kinked = over(lambda x, y: np.max([a * x + b * y + c for a, b, c in planes], axis=0), -3, 3, 31)
    smooth = over(lambda x, y: sum(np.logaddexp(0, a * x + b * y + c) for a, b, c in planes), -9, 9, 31)
    assert measures(*kinked).convex == measures(*smooth).convex == 1


@pytest.mark.parametrize("angle", np.linspace(0, math.pi, 12))
def test_a_saddle_is_convex_nowhere_however_it_is_turned(angle):
    def saddle(x, y):
        u, v = math.cos(angle) * x + math.sin(angle) * y, math.cos(angle) * y - math.sin(angle) * x
        return u**2 - 0.2 * v**2

    assert measures(*over(saddle, -1, 1, 21)).convex == 0


def test_a_plateau_with_a_hole():
    found = measures(*over(plateau, -2, 2, 201))
    hole = math.pi / 16  # its share of the area
    assert found.flat == pytest.approx(1 - hole, abs=0.01)
    assert found.reach == pytest.approx(hole, abs=0.01)
    assert found.success == pytest.approx(hole, abs=0.02)
    assert found.width == pytest.approx(2 * math.sqrt(0.1), rel=0.05)
    assert found.count == 1


def test_two_valleys_share_the_starts_by_the_hill_between():
    coefficients = [1.0, 0.0, -1.0, 0.3, 0.0]  # x⁴ − x² + 0.3 x
    values, coordinates = over(lambda x: np.polyval(coefficients, x), -1.2, 1.2, 1001, dimensions=1)
    left, hill, right = sorted(np.roots(np.polyder(coefficients)).real)
    found = measures(values, coordinates)
    wanted = pytest.approx((hill + 1.2) / 2.4, abs=0.002)
    assert (found.reach, found.success) == (wanted, wanted)
    rise = np.polyval(coefficients, hill) - np.polyval(coefficients, right)
    assert found.trap == pytest.approx(rise / np.ptp(values), rel=1e-3)
    assert coordinates[0][found.minima[0].cell] == pytest.approx(left, abs=0.003)


def test_a_thousand_steps_of_descent_end_where_those_of_the_function_itself_do():
    def tilted(x, y):
        return himmelblau(x, y) + 10 * x  # of the four minima one is the lowest

    values, coordinates = over(tilted, -5, 5, 201)
    at = np.random.default_rng(0).uniform(-5, 5, size=(2, 4000))
    for _ in range(1000):
        x, y = at
        slope = [4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7) + 10, 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)]
        at = np.clip(at - np.array(slope) / 327, -5, 5)  # the largest eigenvalue of a Hessian, at (5, 5)
    wanted = (tilted(*at) <= values.min() + 0.01 * np.ptp(values)).mean()
    found = measures(values, coordinates)
    assert 0.1 < wanted < 0.9
    assert found.success == pytest.approx(wanted, abs=0.02)


def test_on_a_long_plain_a_thousand_steps_are_too_few():
    def plain(x):
        return np.where(x < 0, (x + 1) ** 2 / 2, 0.5 + 0.1 * x)

    values, coordinates = over(plain, -1, 9, 1001, dimensions=1)
    found = measures(values, coordinates)
    time = 1000 / ((1 - 0.1) / 0.01 - 0.5)  # a thousand steps of a rate of 1 / the sharpest bend, at the kink
    in_the_bowl = math.log(1 / math.sqrt(2 * 0.01 * 1.4))  # from its rim to a hundredth of the range, 1.4
    assert found.success == pytest.approx((1 + 0.1 * (time - in_the_bowl)) / 10, abs=0.01)
    assert found.reach == 1


@pytest.mark.parametrize("dimensions", [1, 2])
def test_a_narrow_valley_is_descended_in_units_of_the_coordinates(dimensions):
    values, coordinates = over(lambda *x: sum(each**2 for each in x), -1, 1, 21, dimensions)
    for factor in (1e-6, 1e6):
        assert measures(values, [line * factor for line in coordinates]).success == 1
    if dimensions == 2:  # along an axis whose unit is a ten thousandth nothing is left of the slope
        rolled = measures(values, [coordinates[0], coordinates[1] * 1e4]).success
        assert rolled == pytest.approx(0.2, abs=0.01)  # the starts beside the nodes at 0 and ±0.1 of the other axis


@pytest.mark.parametrize("seed", range(5))
def test_the_rate_of_descent_is_one_over_the_largest_eigenvalue(seed):
    root = np.random.default_rng(seed).normal(size=(2, 2))
    hessian = root + root.T
    values, _ = over(lambda x, y: (hessian[0, 0] * x * x + hessian[1, 1] * y * y) / 2 + hessian[0, 1] * x * y, -2, 2, 9)
    assert rolling._sharpest(values, np.array([0.5, 0.5])) == pytest.approx(np.linalg.norm(hessian, 2))
    values[4, 4] = math.nan
    assert rolling._sharpest(values, np.array([0.5, 0.5])) == pytest.approx(np.linalg.norm(hessian, 2))


def test_a_descent_ends_where_it_meets_a_hole():
    values, coordinates = over(lambda x: (x + 1) ** 4, -1, 1, 101, dimensions=1)
    values[:25] = math.nan
    assert measures(values, coordinates).success == 1


def test_what_a_gradient_promises_is_kept_on_a_bowl_and_broken_on_bumps():
    bowl = measures(*over(lambda x, y: x**2 + y**2, -1, 1, 41)).predictiveness
    bumps = measures(*over(rastrigin, -RASTRIGIN, RASTRIGIN, 41)).predictiveness
    noise = measures(np.random.default_rng(0).normal(size=(201, 201)), [np.arange(201.0)] * 2).predictiveness
    assert bowl > 0.95 > 0.5 > bumps > noise


# What holds of any values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [rastrigin, himmelblau, plateau], ids=lambda f: f.__name__)
def test_the_unit_of_the_loss_does_not_matter(function):
    values, coordinates = over(function, -3.1, 3, 61)
    one, other = (measures(v, coordinates).numbers() for v in (values, values * 1024 + 4096))
    for name in one:
        assert other[name] == pytest.approx(one[name], rel=0.02, abs=1e-3), name


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shape", [(30,), (6, 7)])
def test_a_depth_is_the_least_rise_on_any_way_to_lower_ground(seed, shape):
    values = np.random.default_rng(seed).normal(size=shape)
    cells = list(np.ndindex(*shape))
    pass_to = np.full((len(cells), len(cells)), np.inf)  # the least highest value on any way, by Floyd and Warshall
    for (i, a), (j, b) in itertools.product(enumerate(cells), repeat=2):
        if max(abs(m - n) for m, n in zip(a, b, strict=True)) <= 1:
            pass_to[i, j] = max(values[a], values[b])
    for k in range(len(cells)):
        pass_to = np.minimum(pass_to, np.maximum(pass_to[:, k : k + 1], pass_to[k : k + 1]))
    heights = np.array([values[cell] for cell in cells])
    wanted = {}
    for i, cell in enumerate(cells):
        lower = heights < heights[i]
        depth = (pass_to[i, lower].min() if lower.any() else heights.max()) - heights[i]
        if depth > 0:
            wanted[cell] = depth
    assert {dip.cell: pytest.approx(dip.depth) for dip in minima(values)} == wanted


def test_holes_are_left_out_and_nothing_passes_through_them():
    values, coordinates = over(lambda x, y: (x**2 - 1) ** 2 + y**2, -1.5, 1.5, 61)
    wall = values.copy()
    wall[30] = math.nan
    wall[0, 0], wall[5, 5] = math.inf, -math.inf
    whole, parted = measures(values, coordinates), measures(wall, coordinates)
    assert parted.holes == pytest.approx(63 / 61**2)
    assert parted.count == whole.count == 2
    assert parted.minima[1].depth == pytest.approx(np.nanmax(values[[*range(30), *range(31, 61)]]), rel=0.05)
    assert whole.minima[1].depth == pytest.approx(1.0)
    assert all(math.isfinite(number) for number in parted.numbers().values())
    assert parted.reach == parted.success == 1


def test_all_holes_leave_nothing_to_say():
    found = measures(np.full((5, 5), math.nan), [np.arange(5.0)] * 2)
    assert found.holes == 1
    assert found.count == 0
    assert math.isnan(found.convex)
    assert math.isnan(found.success)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rounding_makes_no_minima(dtype):
    values, coordinates = over(lambda x, y: 100 + 1e-3 * (x**2 + y**2), -1, 1, 51)
    steps = np.random.default_rng(0).integers(-1, 2, size=values.shape)
    dented = (values * (1 + steps * np.finfo(dtype).eps)).astype(dtype).astype(float)
    assert len(measures(dented, coordinates).minima) == 1


@pytest.mark.parametrize("seed", range(5))
def test_descent_goes_where_it_is_steepest(seed):
    values = np.random.default_rng(seed).normal(size=(7, 8))

    def end(cell):
        near = [
            (a, b)
            for a, b in np.ndindex(*values.shape)
            if 0 < (a - cell[0]) ** 2 + (b - cell[1]) ** 2 <= 2 and values[a, b] < values[cell]
        ]
        if not near:
            return values[cell]
        return end(max(near, key=lambda at: (values[cell] - values[at]) / math.dist(at, cell)))

    level = values.min() + 0.01 * np.ptp(values)
    wanted = np.mean([end(cell) <= level for cell in np.ndindex(*values.shape)])
    assert measures(values, [np.arange(7.0), np.arange(8.0)]).reach == wanted


def test_the_width_is_that_of_one_basin_of_two():
    found = measures(*over(lambda x: (x**2 - 1) ** 2, -1.5, 1.5, 3001, dimensions=1))
    half = 0.1**0.5 * 1.25  # where (x² − 1)² is a tenth of its greatest value, 1.25²
    assert found.width == pytest.approx(math.sqrt(1 + half) - math.sqrt(1 - half), abs=0.003)


def test_the_barrier_is_the_rise_above_the_straight_line():
    way = np.linspace(-0.5, 1.5, 41)
    assert barrier(4 * way * (1 - way) + 3 * way, way) == pytest.approx(1.0)
    assert barrier((way - 0.5) ** 2, way) == 0  # lower than the line between
    assert barrier(np.where(way < -0.2, math.nan, way**2), way) == 0
    assert barrier(np.where(abs(way - 0.5) < 0.1, math.inf, way), way) == math.inf
    assert math.isnan(barrier(np.where(abs(way - 0.5) < 0.1, math.nan, way), way))
