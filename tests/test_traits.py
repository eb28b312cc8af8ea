"""Traits are claims. Here each is tried to be refuted by means of its own, and a planted lie must be caught.

What speaks against a claim is sought in the textbook definition, in mpmath, so that a curvature of 1e-40 is not 0; only
slopes and best predictions are the library's own.
"""

import contextlib
import dataclasses
import functools
import itertools
import math

import numpy as np
import pytest
import torch
from mpmath import mp, mpf

import lossmith as lm
from catalogue import CASES
from lossmith.formula import exp, minus, sech2
from lossmith.targets import BINARY, SIGN
from oracle import RowTextbook, Textbook

LOSSES = [
    *(cls() for cls in lm.ALL),
    *(loss for case in CASES.values() for loss in case.settings[1:]),
    lm.Huber(delta=0.05),
    lm.Huber(delta=30.0),
    lm.BinaryCrossEntropy(pos_weight=7.0),
]
ids = repr
CLASSES_TRIED = 40  # with smoothing, the slope comes near its bound only with many classes
TARGETS = {
    "real": (0.0, 1.5, 1e-3),
    "count": (0.0, 1.0, 3.0),
    "positive": (0.5, 1.0, 3.0),
    "binary": (0.0, 0.25, 1.0),
    "sign": (-1.0, 1.0),
}
WILD = {"count": (1e4,), "positive": (1e4,)}  # targets that pull as hard as they can
MIRROR = {
    "binary": lambda x, t: ([-s for s in x], [1 - u for u in t]),
    "sign": lambda x, t: ([-s for s in x], [-u for u in t]),
    "set of points": lambda x, t: ([-s for s in x], [-u for u in t]),
    "set of numbers": lambda x, t: ([-s for s in x], [-u for u in t]),
}


# The textbook as a function of all of a sample's predictions ----------------------------------------------------------


def book_of(loss):
    """f(predictions, targets) of two lists, by the oracle's definition; infinite where a score means nothing."""
    book, low = CASES[loss.name].textbook, loss.traits.link.low
    fixed = {f.name: getattr(loss, f.name) for f in dataclasses.fields(loss)}
    fixed = {k: mpf(v) if isinstance(v, float) else v for k, v in fixed.items()}
    if isinstance(book, Textbook):
        return lambda x, t: book.of["scores"](x[0], t[0], **fixed) if x[0] > low else mp.inf
    assert isinstance(book, RowTextbook)
    return lambda x, t: book.at(x, t, "scores", "probabilities", **fixed)(x, t)


def sample_targets(loss):
    """Lists of numbers: of one for an element, a row for classes."""
    case = CASES[loss.name]
    name = loss.traits.target.name
    if name in TARGETS:
        return [[t] for t in TARGETS[name]]
    rows = case.row_targets(loss) if case.row_targets is not None else None
    rows = rows or {"class index": [(1.0, 0.0, 0.0)], "multi-label": [(1.0, 0.0, 1.0), (0.0, 0.0, 1.0)]}.get(name)
    return [list(row) for row in rows or [(1.0, 0.0, 0.0), (0.2, 0.5, 0.3)]]


def reads_alike(loss):
    """Whether it reads several predictions of one number, all of one kind."""
    return isinstance(loss, lm.Axiswise) and not loss.HAS_CLASSES


def size_of(loss):
    return loss._sample(torch.tensor(loss.traits.target.examples[0]))[0]


def flat_size_of(loss):
    """As the textbook has it: frames one after the other."""
    return (math.prod(size_of(loss)),) if len(size_of(loss)) > 1 else size_of(loss)


@functools.cache
def chords(size, has_classes):
    """Pairs of points, near and far, small and large, in a random direction, or along one of several predictions."""
    random = np.random.default_rng(5)
    starts = random.normal(size=(150, *size)) * 10.0 ** random.uniform(-2, 1.7, (150, *(1 for _ in size)))
    steps = random.normal(size=(150, *size)) * 10.0 ** random.uniform(-1.5, 1.5, (150, *(1 for _ in size)))
    if has_classes:
        steps[::3, 2:] = 0  # of some rows two scores alone move
        steps[1::3, :-2] = 0
        steps = np.where(steps == 0, 0, steps - steps.mean(1, keepdims=True, where=steps != 0))  # what a softmax sees
        steps[2::6] = np.eye(*size)[random.integers(size[0], size=25)] * steps[2::6].max(1, keepdims=True)
    elif size:
        steps[::2] *= np.eye(*size)[random.integers(size[0], size=75)]
    return [(np.atleast_1d(a).tolist(), np.atleast_1d(d).tolist()) for a, d in zip(starts, steps, strict=True)]


def bends(loss, far=1):
    """(f(a) + f(b) − 2·f(middle)) · 4/|b − a|² of all chords in the domain, with the size of the values."""
    f = book_of(loss)
    numbers = [v for v in dataclasses.asdict(loss).values() if isinstance(v, float) and v]
    scales = {max([1.0, *(v for v in numbers if v > 20)]), *(v for v in numbers if v < 0.05)}
    if loss.HAS_CLASSES and 5 < (steep := loss.traits.lipschitz) < math.inf:  # what multiplies scores wants small ones
        scales = {1 / steep}
    with mp.workdps(150):
        for target, scale in itertools.product(sample_targets(loss), sorted(scales)):
            t = [mpf(v) for v in target]
            for start, step in chords(flat_size_of(loss), loss.HAS_CLASSES):
                a, d = [far * scale * mpf(v) for v in start], [scale * mpf(v) / 2 for v in step]
                middle, end = ([u + k * v for u, v in zip(a, d, strict=True)] for k in (1, 2))
                values = f(a, t), f(middle, t), f(end, t)
                if mp.inf not in values:
                    yield (values[0] + values[2] - 2 * values[1]) / sum(v**2 for v in d), max(map(abs, values))


def refutes_convexity(loss):
    """Whether some chord lies below the curve."""
    return any(bend < -(mpf(10) ** -120) * size for bend, size in bends(loss))


def refutes_strict_convexity(loss):
    """Whether some chord touches the curve between its ends, or lies below."""
    return any(bend <= mpf(10) ** -120 * size for bend, size in bends(loss))


def refutes_strong_convexity(loss):
    """Whether the curvature comes near 0 somewhere."""
    return min(bend for far in (1, 1000, 10**30) for bend, _ in bends(loss, far)) < 1e-6


def lines(loss):
    """The loss along each prediction in turn, the others at a random place: functions of one number."""
    f = book_of(loss)
    random = np.random.default_rng(3)
    for target in sample_targets(loss):
        t = [mpf(v) for v in target]
        place = [mpf(v) for v in np.atleast_1d(random.normal(size=flat_size_of(loss)))]
        for j in range(len(place)):
            yield lambda x, j=j, t=t, place=place: f([*place[:j], mpf(x), *place[j + 1 :]], t)
        if reads_alike(loss):
            yield lambda x, t=t, place=place: f([v + mpf(x) for v in place], t)


def refutes_boundedness(loss):
    """Whether it still grows between 1e100 and 1e300."""

    def largest(values):
        return max((v for v in values if v < mp.inf), default=mp.ninf)

    with mp.workdps(400):
        for line in lines(loss):
            near = largest(line(s * mpf(10) ** k) for s in (-1, 1) for k in (0, 2, 100))
            far = largest(line(s * mpf(10) ** 300) for s in (-1, 1))
            if far > near + abs(near) / 100:
                return True
    return False


def refutes_redescent(loss):
    """Whether, along some prediction, the slope at ±1e100 is still something beside the largest one near by."""

    def slope(line, x):
        step = abs(x) * mpf(10) ** -30
        rise = line(x + step) - line(x - step)
        return abs(rise) / (2 * step) if mp.isfinite(rise) else mpf(0)

    with mp.workdps(300):
        for line in lines(loss):
            near = max(slope(line, mpf(s * v)) for s in (-1, 1) for v in (0.03, 0.1, 0.3, 0.7, 1.2, 2, 5, 30))
            if max(slope(line, s * mpf(10) ** 100) for s in (-1, 1)) > near / 1000:
                return True
    return False


def _beyond_the_target(loss, x, t):
    """The predictions as far on the other side; the scale of a likelihood as it was."""
    moved = 1 if isinstance(loss, lm.Likelihood) else len(x)
    return [*(2 * t - v for v in x[:moved]), *x[moved:]], [t]


def refutes_symmetry(loss):
    """Whether an error and its mirror image cost differently."""
    f, name = book_of(loss), loss.traits.target.name
    with mp.workdps(60):
        for target in sample_targets(loss):
            t = [mpf(v) for v in target]
            for start, _ in chords(flat_size_of(loss), loss.HAS_CLASSES)[:40]:
                x = [mpf(v) for v in start]
                if name in MIRROR:
                    images = [MIRROR[name](x, t)]
                elif len(t) > 1:
                    images = [(x[1:] + x[:1], t[1:] + t[:1]), (x[::-1], t[::-1])]
                else:
                    images = [_beyond_the_target(loss, x, t[0])]
                images = [image for image in images if mp.isfinite(f(x, t)) and mp.isfinite(f(*image))]
                if any(abs(f(x, t) - f(*image)) > mpf(10) ** -40 * abs(f(x, t)) + mpf(10) ** -50 for image in images):
                    return True
    return False


REFUTERS = {
    "convex": refutes_convexity,
    "strictly_convex": refutes_strict_convexity,
    "strongly_convex": refutes_strong_convexity,
    "bounded": refutes_boundedness,
    "redescending": refutes_redescent,
    "symmetric": refutes_symmetry,
}


@pytest.mark.parametrize("trait", REFUTERS)
@pytest.mark.parametrize("loss", LOSSES, ids=ids)
def test_a_claim_stands_and_what_is_not_claimed_has_a_witness(loss, trait):
    assert REFUTERS[trait](loss) == (not getattr(loss.traits, trait))


# Slopes ---------------------------------------------------------------------------------------------------------------


def samples(loss, classes=CLASSES_TRIED):
    """Scores of elements or rows, from 1e-3 to 1e4 on both sides, and targets that fit."""
    random = np.random.default_rng(5)
    name = loss.traits.target.name
    numbers = [v for v in dataclasses.asdict(loss).values() if isinstance(v, float) and v]
    if loss.HAS_CLASSES:
        scores = random.normal(size=(4000, classes)) * 10.0 ** random.uniform(-3, 4, (4000, 1))
        scores[::3, 1:] -= 10.0 ** random.uniform(0, 4, (len(scores[::3]), 1))  # one class above all others
        scores[1::3, 2:] -= 10.0 ** random.uniform(0, 4, (len(scores[1::3]), 1))  # or two
    else:
        near = np.concatenate([np.linspace(-8, 8, 1001) * s for s in {1.0, *numbers}])
        far = np.geomspace(1e-3, 1e4, 1000)
        line = np.concatenate([-far, near, far])
        scores = random.permuted(np.repeat(line[:, None], math.prod(size_of(loss)), 1), axis=0)
        scores = scores if size_of(loss) else scores[scores[:, 0] > loss.traits.link.low]
        scores = scores.reshape(-1, *size_of(loss))
    n = len(scores)
    if name == "label sequence":
        return scores, random.permutation(np.resize(np.array(sample_targets(loss), dtype=int), (n, 2)))
    if loss.traits.task == "sets":
        return scores, random.choice(np.array(sample_targets(loss)), n).reshape(scores.shape)
    if name in TARGETS:
        return scores, random.choice((*TARGETS[name], *WILD.get(name, ())), n)
    if name in ("class index", "class index or rows"):
        return scores, random.integers(0, np.where(np.arange(n) % 3 == 1, 2, classes))
    if name == "multi-label":
        many = np.repeat(scores[:400], 3, 1)  # the more labels, the nearer to the bound
        return many, (random.random(many.shape) < 10.0 ** random.uniform(-2.5, 0, (len(many), 1))).astype(float)
    rows = random.dirichlet(np.ones(classes), n)
    rows[::4, 0] = 1e-300  # next to impossible classes
    likely = np.argsort(-scores, axis=1)[np.arange(n), random.integers(0, 3, n)]
    rows[1::2] = np.eye(classes)[likely[1::2]]  # labels, of classes that have a chance
    return scores, rows / rows.sum(1, keepdims=True)


def reads_any_number(loss):
    """Whether it is not fixed how many predictions of one number, or of a set, it reads."""
    return loss.traits.task == "sets" or (reads_alike(loss) and type(loss)._sample is lm.Axiswise._sample)


def steepest(loss, classes=CLASSES_TRIED):
    scores, target = samples(loss, classes)
    found = []
    for width in (1, 2, 3) if reads_any_number(loss) else (None,):
        with contextlib.suppress(lm.LossmithError):  # it may want two at least
            x = scores if width is None else scores[:, :width]
            t = target[:, :width] if loss.traits.task == "sets" else target
            found.append(np.nanmax(np.abs(loss.gradient(x, t))))
    return float(max(found))


@pytest.mark.parametrize("loss", LOSSES, ids=ids)
def test_the_lipschitz_constant_holds_and_is_reached(loss):
    claimed, found = loss.traits.lipschitz, steepest(loss)
    if math.isinf(claimed):
        # it grows with the scores, or with the number of classes
        assert found > 10 or (loss.HAS_CLASSES and found > 2 * steepest(loss, classes=5))
    else:
        assert 0.99 * claimed <= found <= claimed * (1 + 1e-12)


@pytest.mark.parametrize("loss", [x for x in LOSSES if isinstance(CASES[x.name].textbook, Textbook)], ids=ids)
def test_smoothness_is_as_claimed(loss):
    """A difference of the slope (0 claimed) or of the curvature (1 claimed) that stays as the step gets smaller."""
    numbers = [x for x in dataclasses.asdict(loss).values() if isinstance(x, float)]
    fixed = {f.name: getattr(loss, f.name) for f in dataclasses.fields(loss)}
    jump = {0: False, 1: False}
    for target in TARGETS[loss.traits.target.name]:
        kinks = [float(k) for k in CASES[loss.name].textbook.kinks(target, **fixed)]
        kinks = np.unique([-1.0, 0.0, 1.0, *numbers, *(-x for x in numbers), *kinks])
        kinks = kinks[kinks > loss.traits.link.low]
        t = np.full_like(kinks, target)
        for order, f in ((0, loss.gradient), (1, loss.curvature)):
            near, wide = (np.abs(f(kinks + step, t) - f(kinks - step, t)) for step in (1e-9, 1e-7))
            size = np.nanmax(np.abs(f(kinks + 1e-9, t)))
            jump[order] |= bool(np.any(near > np.maximum(wide / 2, 1e-6 * size)))
    # jumps of a third derivative are beyond what differences show
    assert (0 if jump[0] else 1 if jump[1] else math.inf) == (
        loss.traits.smooth if loss.traits.smooth < 2 else math.inf
    )


# What is elicited -----------------------------------------------------------------------------------------------------


def centre(loss, y):
    """Where the textbook's own pulls balance: the middle, where they do so all over an interval."""
    f, step = book_of(loss), mpf(10) ** -12
    widest = max([0.0, *(v for v in dataclasses.asdict(loss).values() if isinstance(v, float))])

    def pull(c):
        with mp.workdps(40):
            return float(sum((f([mpf(c) + step], [mpf(v)]) - f([mpf(c) - step], [mpf(v)])) for v in y) / (2 * step))

    def first(holds, low, high):
        while abs(high - low) > 1e-13 * max(1.0, abs(low)):
            middle = (low + high) / 2
            low, high = (low, middle) if holds(middle) else (middle, high)
        return high

    ends = y.min() - widest, y.max() + widest
    return (first(lambda c: pull(c) >= 0, *ends) + first(lambda c: pull(c) <= 0, *ends[::-1])) / 2


def mode(loss, y):
    """The best of a fine grid, the targets among it, by the textbook alone."""
    f = book_of(loss)
    grid = np.sort([*np.linspace(y.min(), y.max(), 400), *y])
    for _ in range(3):
        costs = [sum(f([mpf(float(c))], [mpf(v)]) for v in y) for c in grid]
        best = int(np.argmin([float(c) for c in costs]))
        grid = np.linspace(grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)], 30)
    return grid[15]


def expectile(loss, y):
    """Of the weighted means with the k least targets on the lower side, the one that lies between them and the rest."""
    y = np.sort(y)
    for k in range(len(y)):
        weight = np.where(np.arange(len(y)) < k, 1 - loss.level, loss.level)
        mean = np.average(y, weights=weight)
        if (k == 0 or y[k - 1] <= mean) and mean <= y[k]:
            return mean
    raise AssertionError(y)


STATISTICS = {
    "mean": (lambda loss, y: y.mean(), 1e-12),
    "median": (lambda loss, y: np.median(y), 1e-12),
    "quantile": (lambda loss, y: np.quantile(y, loss.level, method="inverted_cdf"), 1e-12),
    "expectile": (expectile, 1e-12),
    "centre": (centre, 1e-9),
    "deepest centre": (mode, 1e-3),
    "mode": (mode, 1e-3),
}
OF_NUMBERS = [x for x in LOSSES if x.traits.task == "regression"]


@pytest.mark.parametrize("loss", OF_NUMBERS, ids=ids)
def test_the_minimiser_is_the_statistic_that_is_elicited(loss):
    y = np.random.default_rng(1).gamma(1.5, 2.0, 61)
    y = np.floor(y) if loss.traits.target.name == "count" else y
    best = loss.best_constant(y)
    own = CASES[loss.name].statistic
    if own is not None:
        assert best == pytest.approx(own(loss, y), rel=1e-6)
        return
    statistic, tolerance = STATISTICS[loss.traits.elicits]
    assert loss.traits.link.to_mean(torch.tensor(best)).item() == pytest.approx(statistic(loss, y), rel=tolerance)


BALANCED = [x for x in OF_NUMBERS if x.traits.elicits in ("centre", "deepest centre", "mode")]


@pytest.mark.parametrize("loss", BALANCED, ids=ids)
def test_pulls_balance_once_where_a_centre_is_elicited_and_elsewhere_more_often(loss):
    """Of two groups far apart, or of two targets next to each other."""
    near, between = np.linspace(-2, 2, 201), np.linspace(3, 2e3 - 3, 500)
    ups = []
    for y in ([-1.0, 0.0, 0.3, 1.0, 2e3, 2e3 + 1], [0.0, 0.205]):
        places = np.concatenate([near, between, 2e3 + near])
        pull = sum(loss.gradient(places, np.full_like(places, target)) for target in y)
        signs = np.sign(pull[np.abs(pull) > 1e-12])
        ups.append(np.sum(signs[1:] > signs[:-1]))
    assert (max(ups) > 1) == (loss.traits.elicits != "centre")


def best_scores(loss, p):
    """Of many samples of which the share ``p`` is a yes."""
    labels = [1.0, 0.0] if loss.traits.target is BINARY else [1.0, -1.0]
    return float(loss.best_constant(labels, weight=[p, 1 - p]))


OF_TWO = [x for x in LOSSES if x.traits.target in (BINARY, SIGN) and not x.HAS_AXIS]
SHARES = (0.03, 0.4, 0.45, 0.51, 0.8, 0.97)


@pytest.mark.parametrize("loss", OF_TWO, ids=ids)
def test_proper_means_least_at_the_true_probability(loss):
    means = [loss.traits.link.to_mean(torch.tensor(best_scores(loss, p), dtype=torch.float64)).item() for p in SHARES]
    assert (means == pytest.approx(SHARES, abs=1e-9)) == loss.traits.proper


@pytest.mark.parametrize("loss", OF_TWO, ids=ids)
def test_calibrated_means_the_sign_of_the_more_probable_label(loss):
    signs = [np.sign(best_scores(loss, p)) == np.sign(p - 0.5) for p in SHARES]
    assert all(signs) == loss.traits.calibrated


@pytest.mark.parametrize("loss", [x for x in LOSSES if x.HAS_CLASSES], ids=ids)
def test_proper_rows_are_least_at_the_true_distribution(loss):
    """Of labels, or of several distributions: with a single one every divergence agrees."""
    truth = np.array([0.5, 0.3, 0.2])
    several = np.array([[0.98, 0.01, 0.01], [0.5, 0.02, 0.48], [0.02, 0.87, 0.11]])
    is_index = loss.traits.target.name in ("class index", "class index or rows")
    best = loss.best_constant(np.repeat([0, 1, 2], [5, 3, 2]) if is_index else several)
    found = loss.traits.link.to_mean(torch.tensor(best)).numpy()
    gap = np.abs(found - truth).max()
    assert gap < 1e-6 if loss.traits.proper else gap > (1e-4 if is_index else 0.01)
    own = CASES[loss.name].statistic
    if own is not None:
        assert found == pytest.approx(own(loss, several), abs=1e-6)
    if loss.traits.calibrated:
        assert found.argmax() == 0


# The refuters themselves ----------------------------------------------------------------------------------------------


def lie(loss, **claims):
    """The loss with other traits than its own."""
    honest = loss.traits
    told = dataclasses.replace(honest, **claims)
    cls = type(loss)
    liar = type(cls.__name__, (cls,), {"traits": property(lambda self: told), "__annotations__": {}})
    liar = dataclasses.dataclass(frozen=True, kw_only=True)(liar)
    made = liar(**{f.name: getattr(loss, f.name) for f in dataclasses.fields(loss)})
    assert made.name == loss.name
    return made


@pytest.mark.parametrize(
    ("loss", "trait"),
    [
        (lm.LogCosh(), "strongly_convex"),  # LossFunctions.jl has claimed it for years
        (lm.SquaredEpsilonInsensitive(), "strictly_convex"),  # and this, though the loss is flat in the middle
        (lm.SquaredEpsilonInsensitive(), "strongly_convex"),
        (lm.EpsilonInsensitive(), "strictly_convex"),
        (lm.MAE(), "strictly_convex"),
        (lm.MSE(), "bounded"),
        (lm.Huber(), "redescending"),
        (lm.Quantile(level=0.9), "symmetric"),
        (lm.KLDivergence(direction="reverse"), "convex"),
        (lm.CrossEntropy(), "strongly_convex"),
    ],
    ids=repr,
)
def test_a_false_claim_is_caught(loss, trait):
    with pytest.raises(AssertionError):
        test_a_claim_stands_and_what_is_not_claimed_has_a_witness(lie(loss, **{trait: True}), trait)


@pytest.mark.parametrize(
    ("loss", "trait"),
    [(lm.LogCosh(), "strictly_convex"), (lm.MSE(), "strongly_convex"), (lm.MAE(), "symmetric"), (lm.MSE(), "convex")],
    ids=repr,
)
def test_a_claim_that_is_missing_is_missed(loss, trait):
    with pytest.raises(AssertionError):
        test_a_claim_stands_and_what_is_not_claimed_has_a_witness(lie(loss, **{trait: False}), trait)


@pytest.mark.parametrize(
    ("check", "loss", "claims"),
    [
        (test_the_lipschitz_constant_holds_and_is_reached, lm.Huber(), {"lipschitz": 1.2}),
        (test_the_lipschitz_constant_holds_and_is_reached, lm.Huber(), {"lipschitz": 0.99}),
        (test_smoothness_is_as_claimed, lm.Huber(), {"smooth": math.inf}),
        (test_smoothness_is_as_claimed, lm.LogCosh(), {"smooth": 1}),
        (test_the_minimiser_is_the_statistic_that_is_elicited, lm.Huber(), {"elicits": "mean"}),
        (test_the_minimiser_is_the_statistic_that_is_elicited, lm.MSE(), {"elicits": "median"}),
        (test_proper_means_least_at_the_true_probability, lm.Hinge(), {"elicits": "probability"}),
        (test_proper_rows_are_least_at_the_true_distribution, lm.CrossEntropy(), {"elicits": "probability, smoothed"}),
    ],
    ids=lambda v: getattr(v, "__name__", repr(v)),
)
def test_other_lies_are_caught(check, loss, claims):
    with pytest.raises(AssertionError):
        check(lie(loss, **claims))


# Traits of a user's own loss are measured -----------------------------------------------------------------------------


# a class that only narrows another's targets has its formula and its traits
OF_THEIR_OWN = [cls for cls in lm.ALL if cls.__base__ not in lm.ALL or "formula" in vars(cls) or "traits" in vars(cls)]


@pytest.mark.parametrize("cls", OF_THEIR_OWN)
def test_measured_traits_agree_with_those_claimed(cls):
    from lossmith.measuring import measured

    found, claimed = measured(cls()), cls().traits
    assert (found.convex, found.smooth) == (claimed.convex, claimed.smooth if claimed.smooth < 2 else math.inf)
    if math.isinf(claimed.lipschitz) and math.isfinite(found.lipschitz):  # only over all targets, or numbers of classes
        assert steepest(cls()) > 10 * found.lipschitz
    elif cls.HAS_CLASSES and found.lipschitz < 0.99 * claimed.lipschitz:  # it grows with their number, to a bound
        assert steepest(cls()) > 1.1 * found.lipschitz
    else:
        any_number = reads_any_number(cls()) and math.isfinite(claimed.lipschitz)
        steep = steepest(cls()) if any_number else found.lipschitz
        assert steep == pytest.approx(claimed.lipschitz, rel=0.01)
    assert {name: getattr(found, name) for name in REFUTERS} == {name: getattr(claimed, name) for name in REFUTERS}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Exponential(lm.Residual):
    """Slopes that overflow, above a dent near 0 or none."""

    dent: lm.NonNegative = 0.0

    def formula(self, r):
        return minus(exp(r), r) - self.dent * sech2(r)


def test_slopes_that_overflow_are_measured_where_they_are_finite():
    assert Exponential().traits.convex
    assert not Exponential(dent=5.0).traits.convex
    assert math.isinf(Exponential().traits.lipschitz)
