"""One value a loss that somebody else worked out, and the two worked examples of every lecture on losses."""

import math

import pytest
import torch

import lossmith as lm

PUBLISHED = [
    # documentation of sklearn.metrics.mean_squared_error: y_true [3, -0.5, 2, 7], y_pred [2.5, 0.0, 2, 8]
    (lm.MSE(), [2.5, 0.0, 2.0, 8.0], [3.0, -0.5, 2.0, 7.0], {}, 0.375),
    # documentation of sklearn.metrics.mean_absolute_error, the same numbers
    (lm.MAE(), [2.5, 0.0, 2.0, 8.0], [3.0, -0.5, 2.0, 7.0], {}, 0.5),
    # Huber (1964), the definition: t²/2 for |t| < k, k|t| − k²/2 beyond; k = 1.345: 0.5, and 1.345·2 − 0.904512…
    (lm.Huber(delta=1.345), [1.0, 2.0], [0.0, 0.0], {}, (0.5 + 1.7854875) / 2),
    # documentation of keras.losses.LogCosh: [[0, 1], [0, 0]] against [[1, 1], [0, 0]] gives 0.108; log cosh 1 = 0.43378
    (lm.LogCosh(), [[1.0, 1.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0]], {}, 0.4337808304830272 / 4),
    # documentation of sklearn.metrics.mean_pinball_loss: y_true [1, 2, 3], y_pred [0, 2, 3], alpha=0.1 gives 0.03…
    (lm.Quantile(level=0.1), [0.0, 2.0, 3.0], [1.0, 2.0, 3.0], {}, 0.1 / 3),
    # … and y_pred [1, 2, 4], alpha=0.1 gives 0.3
    (lm.Quantile(level=0.1), [1.0, 2.0, 4.0], [1.0, 2.0, 3.0], {}, 0.3),
    # documentation of tf.keras.losses.poisson (TensorFlow 2.1): [1.4, 9.3, 2.2] at rates [4.3, 8.2, 12.2]: -0.8045559
    (lm.Poisson(), [math.log(v) for v in (4.3, 8.2, 12.2)], [1.4, 9.3, 2.2], {}, -0.8045559),
    # documentation of keras.losses.Poisson: [[0, 1], [0, 0]] at rates [[1, 1], [0, 0]] gives 0.5
    (lm.Poisson(), [[0.0, 0.0], [-math.inf, -math.inf]], [[0.0, 1.0], [0.0, 0.0]], {}, 0.5),
    # documentation of keras.losses.BinaryCrossentropy(from_logits=True): 0.865458
    (lm.BinaryCrossEntropy(), [-18.6, 0.51, 2.94, -12.8], [0.0, 1.0, 0.0, 0.0], {}, 0.8654582),
    # documentation of keras.losses.Hinge: [[0, 1], [0, 0]] read as ±1 against [[0.6, 0.4], [0.4, 0.6]] gives 1.3
    (lm.Hinge(), [[0.6, 0.4], [0.4, 0.6]], [[-1.0, 1.0], [-1.0, -1.0]], {}, 1.3),
    # documentation of keras.losses.SquaredHinge, the same numbers: 1.86
    (lm.SquaredHinge(), [[0.6, 0.4], [0.4, 0.6]], [[-1.0, 1.0], [-1.0, -1.0]], {}, 1.86),
    # documentation of keras.losses.CategoricalCrossentropy: 1.177
    (
        lm.CategoricalCrossEntropy(),
        [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]],
        [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        {"given": "probabilities"},
        1.1769392,
    ),
    # documentation of keras.losses.SparseCategoricalCrossentropy: labels [1, 2], the same probabilities: 1.177
    (
        lm.SparseCategoricalCrossEntropy(),
        [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]],
        [1, 2],
        {"given": "probabilities"},
        1.1769392,
    ),
    # documentation of sklearn.metrics.log_loss: rows of the two classes, ["spam", "ham", "ham", "spam"]: 0.21616
    (
        lm.CrossEntropy(),
        [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]],
        [1, 0, 0, 1],
        {"given": "probabilities"},
        0.2161618,
    ),
    # Wikipedia, "Kullback–Leibler divergence", basic example: P = (9, 12, 4)/25, Q uniform: KL(P‖Q) = 0.0852996
    (
        lm.KLDivergence(),
        [[1 / 3, 1 / 3, 1 / 3]],
        [[9 / 25, 12 / 25, 4 / 25]],
        {"given": "probabilities"},
        0.0852996,
    ),
    # … and KL(Q‖P) = 0.097455
    (
        lm.KLDivergence(direction="reverse"),
        [[1 / 3, 1 / 3, 1 / 3]],
        [[9 / 25, 12 / 25, 4 / 25]],
        {"given": "probabilities"},
        0.097455,
    ),
]


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "options", "published"), PUBLISHED, ids=lambda v: repr(v)[:40]
)
def test_the_published_value(loss, prediction, target, options, published):
    assert float(loss(prediction, target, **options)) == pytest.approx(published, rel=5e-6)


@pytest.mark.parametrize("cls", lm.ALL, ids=lambda cls: cls.name)
def test_every_loss_has_a_published_value(cls):
    assert any(type(loss) is cls for loss, *_ in PUBLISHED), (
        f"type a published value of {cls.name}, with its source, into tests/test_published_values.py"
    )


class TestAHouseWorthTenMillionPredictedAtTwelve:
    worth, predicted = 10_000_000.0, 12_000_000.0

    @pytest.mark.parametrize(
        ("loss", "value", "slope"),
        [(lm.MSE(), 4e12, 4e6), (lm.MAE(), 2e6, 1.0), (lm.Huber(delta=1.0), 1_999_999.5, 1.0)],
        ids=lambda v: repr(v),
    )
    def test_value_and_slope(self, loss, value, slope):
        prediction = torch.tensor(self.predicted, dtype=torch.float64, requires_grad=True)
        result = loss(prediction, torch.tensor(self.worth, dtype=torch.float64))
        result.backward()
        assert result.item() == value
        assert prediction.grad.item() == slope
        assert float(loss.gradient(self.predicted, self.worth)) == slope

    def test_one_step_of_gradient_descent_needs_a_scaled_target(self):
        """A linear model, price = w · area: the unscaled MSE throws the weight away; scaled, it learns."""
        area = torch.tensor([200.0])

        def step(weight, worth, size):
            w = torch.tensor([weight], requires_grad=True)
            before = lm.MSE()(w * size, worth)
            before.backward()
            w = w.detach() - 1e-3 * w.grad
            return before.item(), lm.MSE()(w * size, worth).item(), w.item()

        # w = 60,000 predicts 12 million: slope 2 · 2e6 · 200 = 8e8, so the step is 8e5 and the weight turns to −740,000
        before, after, weight = step(60_000.0, torch.tensor([self.worth]), area)
        assert before == pytest.approx(4e12)
        assert weight == pytest.approx(-740_000.0)
        assert after == pytest.approx((-740_000.0 * 200 - 1e7) ** 2)
        assert after > 6000 * before
        # in units of 1,000,000 and of 100 square metres, from the same prediction: error 2, slope 2 · 2 · 2 = 8
        before, after, weight = step(6.0, torch.tensor([10.0]), torch.tensor([2.0]))
        assert before == pytest.approx(4.0)
        assert weight == pytest.approx(6.0 - 0.008)
        assert after == pytest.approx((12 - 0.016 - 10) ** 2)
        assert after < before


class TestSpamPredictedAtOneTenth:
    def test_by_the_probability(self):
        spam = lm.BinaryCrossEntropy()
        p = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
        value = spam(p, torch.tensor(1), given="probabilities")
        value.backward()
        assert value.item() == pytest.approx(2.302585, abs=5e-7)
        assert p.grad.item() == pytest.approx(-10.0, rel=1e-15)

    def test_by_the_logit(self):
        spam = lm.BinaryCrossEntropy()
        logit = torch.tensor(0.1, dtype=torch.float64).logit().requires_grad_()
        value = spam(logit, torch.tensor(1))
        value.backward()
        assert value.item() == pytest.approx(2.302585, abs=5e-7)
        assert logit.grad.item() == pytest.approx(-0.9, rel=1e-15)
