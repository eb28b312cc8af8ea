"""The language of formulas: each word is exact with its slopes, and each mistake gets its line and a remedy."""

import functools
import inspect
import math
from dataclasses import dataclass

import mpmath
import numpy as np
import pytest
import torch

import lossmith as lm
from lossmith import formula as language
from lossmith.errors import DefinitionError
from lossmith.formula import clip, exp, focus, held, log_cosh, minus, power, sign, softplus, times, where, words
from lossmith.formula.terms import Term, Word
from lossmith.formula.trace import trace

# Each word's textbook definition, and where it is tried.
WIDE = [0.0, -1e-30, 1e-8, -0.3, 0.7, 1.0, -1.0, 3.0, -36.0, 40.0, -350.0, 700.0, 1e30, -1e30]
ABOVE_0 = [1e-30, 1e-8, 0.3, 1.0, 2.5, 40.0, 1e30]
ONE_ARGUMENT = {
    "abs": (abs, [x for x in WIDE if x]),
    "arctan": (mpmath.atan, WIDE),
    "cos": (mpmath.cos, [x for x in WIDE if abs(x) < 1e5]),
    "digamma": (mpmath.digamma, [0.3, 1.0, 2.5, 40.0]),
    "biweight": (
        lambda x: (1 - (1 - x**2) ** 3) / 6 if abs(x) <= 1 else mpmath.mpf(1) / 6,
        [x for x in WIDE if x**2 != 1],
    ),
    "erf": (mpmath.erf, [x for x in WIDE if abs(x) < 6]),
    "exp": (mpmath.exp, [x for x in WIDE if abs(x) < 700]),
    "exp_excess": (lambda x: mpmath.exp(x) - 1 - x, [x for x in WIDE if 0 < abs(x) < 700]),
    "expm1": (mpmath.expm1, [x for x in WIDE if abs(x) < 700]),
    "gauss_dip": (lambda x: 1 - mpmath.exp(-(x**2) / 2), WIDE),
    "hyperbola": (lambda x: mpmath.sqrt(1 + x**2) - 1, WIDE),
    "lgamma": (mpmath.loggamma, [0.3, 2.5, 40.0, 1e6]),
    "log": (mpmath.log, ABOVE_0),
    "log1mexp": (lambda x: mpmath.log(1 - mpmath.exp(x)), [-1e-30, -1e-8, -0.3, -0.7, -1.0, -40.0]),
    "log1p": (mpmath.log1p, [*ABOVE_0, -1e-30, -0.3, -0.9]),
    "log1p_square": (lambda x: mpmath.log(1 + x**2), WIDE),
    "log_cosh": (lambda x: mpmath.log(mpmath.cosh(x)), WIDE),
    "log_sigmoid": (lambda x: -mpmath.log(1 + mpmath.exp(-x)), WIDE),
    "saturating_square": (lambda x: x**2 / (1 + x**2), WIDE),
    "log_scaled_bessel": (
        lambda x: mpmath.log(mpmath.besseli(0, mpmath.exp(x))) - mpmath.exp(x),
        [-40.0, -1.0, -1e-8, 1e-8, 0.3, 0.7, 1.0, 1.5, 2.0, 2.5, 3.0, 3.4, 3.41, 4.0, 7.0],
    ),
    "sech2": (lambda x: 1 - mpmath.tanh(x) ** 2, [x for x in WIDE if abs(x) < 350]),
    "sigmoid": (lambda x: 1 / (1 + mpmath.exp(-x)), WIDE),
    "sign": (mpmath.sign, [x for x in WIDE if x]),
    "softplus": (lambda x: mpmath.log(1 + mpmath.exp(x)), WIDE),
    "sqrt": (mpmath.sqrt, ABOVE_0),
    "sin": (mpmath.sin, [x for x in WIDE if abs(x) < 1e5]),
    "square": (lambda x: x**2, [x for x in WIDE if abs(x) < 1e10]),
    "versine": (lambda x: 1 - mpmath.cos(x), [x for x in WIDE if 0 < abs(x) < 1e5]),
    "tanh": (mpmath.tanh, WIDE),
}
# whose slope is none of theirs; tested by itself
ALONE = {"held"}
SEVERAL_ARGUMENTS = {
    "absolute_power",
    "barron",
    "both",
    "box_cox",
    "box_cox_step",
    "clip",
    "focus",
    "focal",
    "from_zero",
    "inverse_power",
    "log1p_gap",
    "log_rest",
    "minus",
    "negative_binomial",
    "normal_crps",
    "poly_log",
    "power",
    "power_log",
    "ratio_and_inverse",
    "ratio_and_log",
    "relative_gap",
    "student",
    "taylor_log",
    "tempered_divergence",
    "times",
    "where",
    "zero_inflated",
}


def formula_of(function):
    return trace(function, None, ())


def test_every_word_has_an_oracle():
    assert set(language.__all__) == set(ONE_ARGUMENT) | SEVERAL_ARGUMENTS | ALONE


def derivative(textbook, x, order):
    """By mpmath alone, with a step that is small beside x; 700 digits leave room for the naive forms to cancel."""
    step = mpmath.mpf(10) ** -60 * (abs(x) or 1)
    return mpmath.diff(textbook, x, order, h=step) if order else textbook(x)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("name", sorted(set(ONE_ARGUMENT) - {"sign", "digamma", "lgamma", "log_scaled_bessel"}))
def test_a_word_and_its_slopes_are_exact_in_torch_and_numpy(name, order):
    check_word(getattr(language, name), *ONE_ARGUMENT[name], order)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_scaled_bessel_function_is_exact_but_for_the_rounding_of_its_moments(order):
    """The second slope is a difference of moments of size 1 that has a zero of its own."""
    check_word(language.log_scaled_bessel, *ONE_ARGUMENT["log_scaled_bessel"], order, units=8, digits=220)


@pytest.mark.parametrize("name", ["digamma", "lgamma"])
def test_a_special_function_is_torchs_and_its_slope_ours(name):
    for order in (0, 1):
        check_word(getattr(language, name), *ONE_ARGUMENT[name], order, units=64, digits=200)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("exponent", [-1.5, -1e-12, 0.0, 1e-300, 1e-9, 0.5, 2.0])
def test_box_cox_is_exact_through_0(exponent, order):
    def textbook(y):
        return (mpmath.exp(exponent * y) - 1) / mpmath.mpf(exponent) if exponent else y

    check_word(lambda y: words.box_cox(y, exponent), textbook, [-40.0, -0.3, 1e-9, 1e-30, 0.7, 40.0], order)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("exponent", [1.0, 1.5, 2.0, 3.0])
def test_a_power_of_what_is_absolute_is_exact(exponent, order):
    check_word(lambda x: words.absolute_power(x, exponent), lambda x: abs(x) ** mpmath.mpf(exponent), WIDE[3:-2], order)


def test_the_curvature_of_a_square_at_0_is_2_however_it_is_written():
    bend = formula_of(lambda self, x: words.absolute_power(x, 2.0)).torch((0, 0))
    assert bend(torch.zeros(1)) == 2


LOG_P = [-700.0, -40.0, -3.0, -1.0, -0.99, -0.3, -1e-8, -1e-30]
OF_CHANCES = {
    "box_cox_step": lambda y, u: (mpmath.exp((u + 1) * y) - 1) / (u + 1) - ((mpmath.exp(u * y) - 1) / u if u else y),
    "focal": lambda y, gamma: -((1 - mpmath.exp(y)) ** gamma) * y,
    "poly_log": lambda y, epsilon: epsilon * (1 - mpmath.exp(y)) - y,
    "taylor_log": lambda y, n: sum((1 - mpmath.exp(y)) ** k / k for k in range(1, n + 1)),
    "power_log": lambda p, q: (p**q - 1) / q if q else mpmath.log(p),
}
TRIED = [
    *(("box_cox_step", u) for u in (0.0, 0.2, 1.0)),
    *(("focal", g) for g in (0.25, 1.0, 2.0, 7.0)),
    *(("poly_log", e) for e in (-1.0, -0.5, 2.0)),
    *(("taylor_log", n) for n in (1, 2, 7)),
    *(("power_log", q) for q in (0.0, 1e-3, 0.5, 1.0)),
]


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize(("name", "parameter"), TRIED)
def test_words_of_chances_are_exact(name, parameter, order):
    exact = parameter if isinstance(parameter, int) else mpmath.mpf(parameter)
    points = [math.exp(y / 3) for y in LOG_P] if name == "power_log" else LOG_P
    check_word(lambda x: getattr(language, name)(x, parameter), lambda x: OF_CHANCES[name](x, exact), points, order)


@pytest.mark.parametrize("name", ["box_cox_step", "focal", "poly_log", "power_log"])
def test_words_of_chances_are_exact_by_their_parameters(name):
    parameters = [0.25, 1.0, 3.0]
    formula = formula_of(
        lambda self, parameter: getattr(language, name)(0.25 if name == "power_log" else -0.75, parameter)
    )
    for order in (1, 2) if name != "poly_log" else (1,):
        got = formula.torch((0,) * order)(torch.tensor(parameters, dtype=torch.float64)).tolist()
        at = mpmath.mpf(0.25 if name == "power_log" else -0.75)
        wanted = [float(mpmath.diff(functools.partial(OF_CHANCES[name], at), v, order)) for v in parameters]
        assert got == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("y", [-30.0, -0.3, 1e-9, 0.7, 30.0])
@pytest.mark.parametrize("order", [1, 2])
def test_box_cox_is_exact_by_its_exponent(y, order):
    def textbook(exponent):
        return mpmath.quad(lambda s: s**order * mpmath.exp(exponent * s), [0, y])

    exponents = [-1.5, -0.1, -1e-9, 0.0, 1e-12, 0.02, 0.5, 2.0]
    formula = formula_of(lambda self, exponent: words.box_cox(y, exponent))
    got = formula.torch((0,) * order)(torch.tensor(exponents, dtype=torch.float64))
    with mpmath.workdps(40):
        assert got.tolist() == pytest.approx([float(textbook(e)) for e in exponents], rel=1e-13)


def barron(u, alpha):
    if alpha in (0, 2):
        return u**2 / 2 if alpha else mpmath.log1p(u**2 / 2)
    return (2 - alpha) / mpmath.mpf(alpha) * ((1 + u**2 / (2 - alpha)) ** (alpha / mpmath.mpf(2)) - 1)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("alpha", [2, 1.999, 1.0, 0.7, 0.3, 1e-12, 0, -0.5, -40.0, -1e30])
def test_barron_is_exact_through_its_limits(alpha, order):
    points = [0.0, -1e-30, 1e-8, -0.3, 1.0, 3.0, -40.0, 1e30]
    exact = mpmath.mpf(alpha)
    check_word(lambda u: language.barron(u, alpha), lambda u: barron(u, exact), points, order)


@pytest.mark.parametrize("which", [(1,), (0, 1), (1, 1), (0, 0, 1)], ids=str)
@pytest.mark.parametrize("u", [-0.3, 0.9, 3.0, -40.0, 1e6])
def test_barron_is_differentiable_by_its_shape(which, u):
    shapes = [-3.0, -0.1, -1e-9, 0.0, 1e-12, 0.5, 1.0, 1.9, 1.999]
    by_u, by_shape = which.count(0), which.count(1)

    def wanted(alpha):
        # ±10⁻²⁰ around 0: a removable point, which the definition does not pass
        return mpmath.diff(barron, (u, alpha or mpmath.mpf(10) ** -20), (by_u, by_shape))

    formula = formula_of(lambda self, u, alpha: language.barron(u, alpha))
    alpha = torch.tensor(shapes, dtype=torch.float64)
    got = formula.torch(which)(torch.full_like(alpha, u), alpha)
    with mpmath.workdps(80):
        assert got.tolist() == pytest.approx([float(wanted(a)) for a in shapes], rel=1e-9)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("b", [0.0, 1e-30, 0.3, 40.0, 1e30])
def test_a_gap_does_not_cancel(b, order):
    points = [0.0, 1e-8, 0.7, 40.0, 1e30, *(v for v in (b / 2, b * (1 + 2.0**-40), 2 * b) if v)]
    log, gap = lambda x: mpmath.log((1 + x) / (1 + mpmath.mpf(b))), lambda x: abs(x - b) / (abs(x) + b) if x else 1
    check_word(lambda x: language.log1p_gap(x, b), log, points, order)
    check_word(
        lambda x: language.relative_gap(x, b), gap, [s * x for x in points if x not in (0, b) for s in (-1, 1)], order
    )


@pytest.mark.parametrize(("word", "at_infinity"), [(language.log1p_gap, math.inf), (language.relative_gap, 1.0)])
def test_a_gap_to_infinity(word, at_infinity):
    gap = formula_of(lambda self, a, b: word(a, b))
    a, b = torch.full((2,), math.inf), torch.tensor([0.0, 3.0])
    assert [gap.torch((0,) * order)(a, b).abs().tolist() for order in range(3)] == [[at_infinity] * 2, [0, 0], [0, 0]]


@pytest.mark.parametrize("label", [0.0, 1e-30, 0.3, 1.0])
@pytest.mark.parametrize("exponent", [0.3, 2.0])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_focus_is_exact_where_it_underflows(label, exponent, order):
    def textbook(s):
        missed = label / (1 + mpmath.exp(s)) + (1 - label) / (1 + mpmath.exp(-s))
        return missed ** mpmath.mpf(exponent)

    check_word(lambda s: focus(s, label, exponent), textbook, WIDE, order, units=8)


@pytest.mark.parametrize("by", [(1,), (0, 1), (1, 1), (2,), (0, 0, 0), (0, 0, 1)])
def test_focus_has_every_slope(by):
    at = [torch.tensor(v, dtype=torch.float64) for v in ([-3.0, 0.2, 2.0], [0.3, 0.6, 0.9], [0.5, 1.0, 2.5])]
    formula = trace(lambda self, s, t, exponent: focus(s, t, exponent), None, ())
    below, above = ([v + d * 1e-6 * (i == by[-1]) for i, v in enumerate(at)] for d in (-1, 1))
    slope = (formula.torch(by[:-1])(*above) - formula.torch(by[:-1])(*below)) / 2e-6
    torch.testing.assert_close(formula.torch(by)(*at), slope, rtol=1e-6, atol=1e-8)


def check_word(word, textbook, points, order, units=4, digits=700):
    formula = formula_of(lambda self, x: word(x))
    x = torch.tensor(points, dtype=torch.float64)
    which = (0,) * order
    with mpmath.workdps(digits):
        for got in (formula.torch(which)(x).numpy(), formula.numpy(which)(x.numpy())):
            for point, value in zip(points, got, strict=True):
                exact = mpmath.mpf(point)
                wanted, slope = derivative(textbook, exact, order), derivative(textbook, exact, order + 1)
                bound = units * 2.0**-52 * (abs(wanted) + abs(exact * slope)) + 5e-324
                assert abs(mpmath.mpf(float(value)) - wanted) <= bound, (order, point, value, float(wanted))


def test_sign_is_one_sided_nowhere():
    away = formula_of(lambda self, x: sign(x) * x)
    assert away.torch()(torch.tensor([-2.0, 0.0, 3.0])).tolist() == [2.0, 0.0, 3.0]
    assert away.torch((0,))(torch.tensor([-2.0, 0.0, 3.0])).tolist() == [-1.0, 0.0, 1.0]


def test_what_is_held_has_a_value_and_no_slope():
    weighed = formula_of(lambda self, x: held(x**2) * x)
    three = torch.tensor([3.0])
    assert [weighed.torch((0,) * k)(three).item() for k in range(3)] == [27.0, 9.0, 0.0]
    assert [weighed.numpy((0,) * k)(three.numpy()).item() for k in range(3)] == [27.0, 9.0, 0.0]


def test_times_and_where_let_nothing_through_that_does_not_count():
    weighted = formula_of(lambda self, w, v: times(w, v))
    w, v = torch.tensor([0.0, 0.0, 0.0, 2.0]), torch.tensor([math.inf, -math.inf, 3.0, 3.0])
    assert weighted.torch()(w, v).tolist() == [0.0, 0.0, 0.0, 6.0]
    chosen = formula_of(lambda self, x: where(x > 0, 1 / x, x))
    x = torch.tensor([0.0, -1.0, 2.0])
    assert chosen.torch()(x).tolist() == [0.0, -1.0, 0.5]
    assert chosen.torch((0,))(x).tolist() == [1.0, 1.0, -0.25]


def test_what_is_infinite_stays_so_under_minus():
    a, b = torch.tensor([math.inf, math.inf, -math.inf, 3.0]), torch.tensor([math.inf, 3.0, 3.0, math.inf])
    difference = formula_of(lambda self, a, b: minus(a, b))
    wanted = [math.inf, math.inf, -math.inf, -math.inf]
    assert difference.torch()(a, b).tolist() == difference.numpy()(a.numpy(), b.numpy()).tolist() == wanted
    assert [difference.torch((i,))(a, b).tolist() for i in (0, 1)] == [[1.0] * 4, [-1.0] * 4]
    above_line = formula_of(lambda self, x: minus(exp(x), x))
    x = torch.tensor([math.inf, -math.inf, 0.0])
    assert [above_line.torch((0,) * k)(x).tolist() for k in range(2)] == [
        [math.inf, math.inf, 1.0],
        [math.inf, -1.0, 0],
    ]


def test_power_has_finite_slopes_at_zero():
    cube = formula_of(lambda self, u: power(u, 3))
    zero = torch.zeros(1, dtype=torch.float64)
    assert [cube.torch((0,) * k)(zero).item() for k in range(4)] == [0.0, 0.0, 0.0, 6.0]


@pytest.mark.parametrize(
    "formula",
    [
        lambda self, x: where(x < 1, 1 - x, 0),
        lambda self, x: clip(x, low=0, high=1),
        lambda self, x: abs(x),
        lambda self, x: times(1 - x, softplus(x)),
        lambda self, x: minus(exp(x), times(0, x) + x),
        lambda self, x: 3 * x,
    ],
)
def test_nan_in_nan_out(formula):
    traced = formula_of(formula)
    for which in ((), (0,), (0, 0)):
        assert traced.torch(which)(torch.tensor([math.nan])).isnan().all()
        assert np.isnan(traced.numpy(which)(np.array([math.nan]))).all()


def test_constant_branches_keep_the_dtype_and_the_digits():
    step = formula_of(lambda self, x: x * where(x > 0, 0.1, 0.3))
    assert step.torch()(torch.ones(1, dtype=torch.float64)).item() == 0.1
    assert step.torch((0,))(torch.ones(1, dtype=torch.float32)).dtype == torch.float32
    assert step.numpy((0,))(np.ones(1, dtype=np.float32)).dtype == np.float32


def test_nothing_is_expanded():
    # 0.1·(s − t) written as 0.1·s − 0.1·t costs half the digits of float32
    scaled = formula_of(lambda self, s, t: 0.1 * (s - t))
    s, t = torch.tensor([16_777_217.0 - 1]), torch.tensor([16_777_215.0])
    assert scaled.torch()(s, t).item() == pytest.approx(0.1, rel=1e-7)


# Mistakes -------------------------------------------------------------------------------------------------------------


def uses_if(self, r):
    if r > 0:  # MISTAKE
        return r
    return -r


def compares(self, r):
    return 0 if r == 1 else r  # MISTAKE


def chains(self, r):
    return where(0 < r < 1, r, 0)  # MISTAKE


def uses_max(self, r):
    return max(r, 0)  # MISTAKE


def calls_torch(self, r):
    return torch.exp(r)  # MISTAKE


def calls_numpy(self, r):
    return np.exp(r)  # MISTAKE


def calls_math(self, r):
    return math.exp(r)  # MISTAKE


def misspells(self, r):
    return softpluss(r)  # noqa: F821  # MISTAKE


def calls_method(self, r):
    return r.abs()  # MISTAKE


def rounds(self, r):
    return round(r)  # MISTAKE


def divides_whole(self, r):
    return r // 2  # MISTAKE


def adds_text(self, r):
    return r + "1"  # MISTAKE


MISTAKES = {
    uses_if: "where(condition, a, b)",
    compares: "where(condition, a, b)",
    chains: "(a < x) & (x < b)",
    uses_max: "where(condition, a, b)",
    calls_torch: "from lossmith.formula import",
    calls_numpy: "from lossmith.formula import",
    calls_math: "from lossmith.formula import",
    misspells: "did you mean 'softplus'?",
    calls_method: "from lossmith.formula import",
    rounds: "not differentiable",
    divides_whole: "not differentiable",
    adds_text: "a formula takes terms, int and float",
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda f: f.__name__)
def test_a_mistake_names_its_line_and_the_remedy(mistake):
    lines, first = inspect.getsourcelines(mistake)
    line = first + next(i for i, text in enumerate(lines) if "# MISTAKE" in text)
    with pytest.raises(DefinitionError) as error:
        formula_of(mistake)
    assert f"{__file__}:{line}, in {mistake.__name__}" in str(error.value)
    assert MISTAKES[mistake] in str(error.value)


@pytest.mark.parametrize(
    ("formula", "remedy"),
    [
        (lambda self, r: None, "must return the loss"),
        (lambda self, r: where(r > 0, 1, 0), "not differentiable"),
        (lambda self, r: sign(r), "not differentiable"),
        (lambda self, r: 3, "not differentiable"),
        (lambda self, r, gain=2: r * gain, "a constant is a field of the class"),
    ],
)
def test_a_formula_that_cannot_train_is_refused(formula, remedy):
    with pytest.raises(DefinitionError, match=remedy) as error:
        formula_of(formula)
    assert __file__ in str(error.value)


def test_a_field_without_a_default_is_refused_where_it_is_written():
    with pytest.raises(DefinitionError, match=r"test_language\.py:\d+, in .*the field 'delta' has no default"):

        class NoDefault(lm.Residual):
            delta: lm.Positive

            def formula(self, r):
                return r * self.delta


def test_a_forgotten_dataclass_decorator_is_named():
    class Undecorated(lm.Residual):
        delta: lm.Positive = 1.0

        def formula(self, r):
            return r * self.delta

    with pytest.raises(DefinitionError, match=r"@dataclass\(frozen=True, kw_only=True\)"):
        Undecorated()


def test_an_argument_may_not_bear_the_name_of_a_field():
    @dataclass(frozen=True, kw_only=True)
    class Clash(lm.Residual):
        r: lm.Positive = 1.0

        def formula(self, r):
            return r**2

    with pytest.raises(DefinitionError, match="both an argument and a field"):
        Clash()(1.0, 2.0)


def test_a_word_of_ones_own_without_a_slope_is_refused():
    step = Word("step")
    with pytest.raises(DefinitionError, match="no slope of it is known"):
        formula_of(lambda self, r: step(r))


def test_terms_print_as_the_formula_that_they_are():
    import sympy

    r = Term(sympy.Symbol("r", real=True))
    assert repr(log_cosh(r - 1) + 2 * r) == "2*r + log_cosh(r - 1)"
