"""One value a loss that somebody else worked out, and the two worked examples of every lecture on losses."""

import pytest
import torch

import lossmith as lm
from catalogue import CASES

PUBLISHED = [published for case in CASES.values() for published in case.published]


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda p: f"{p.loss!r}: {p.source}"[:60])
def test_the_published_value(published):
    got = published.loss(published.prediction, published.target, **published.options)
    assert float(got) == pytest.approx(published.value, rel=5e-6)


@pytest.mark.parametrize("cls", lm.ALL, ids=lambda cls: cls.name)
def test_every_loss_has_a_published_value(cls):
    assert any(type(published.loss) is cls for published in CASES[cls.name].published), (
        f"type a published value of {cls.name}, with its source, into the file of its kind in tests/catalogue/"
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
