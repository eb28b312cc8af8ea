"""A configured loss is a value; the catalogue finds it; a Criterion wraps it; a user's own gets everything."""

import dataclasses
import json
import math
import pickle
from dataclasses import dataclass

import numpy as np
import pytest
import torch

import lossmith as lm
from lossmith.errors import ParameterError, UnknownLossError
from lossmith.formula import exp, log1p, power, softplus

DEFAULTS = [cls() for cls in lm.ALL]


@pytest.mark.parametrize("loss", DEFAULTS, ids=lambda x: x.name)
def test_equal_hashable_picklable_printable_frozen(loss):
    twin = type(loss)()
    loss(*example(loss))  # what is derived and kept beside the fields must change nothing
    assert loss == twin
    assert hash(loss) == hash(twin)
    assert pickle.loads(pickle.dumps(loss)) == loss
    assert eval(repr(loss), vars(lm)) == loss
    assert type(loss)(**json.loads(json.dumps(dataclasses.asdict(loss)))) == loss
    with pytest.raises(dataclasses.FrozenInstanceError):
        loss.anything = 1


def example(loss):
    coding = loss.traits.target
    shape, _ = loss._sample(torch.zeros(()))
    return torch.zeros(2, *shape), torch.stack([torch.tensor(coding.examples[0]), torch.tensor(coding.examples[-1])])


def test_other_parameters_make_another_value():
    assert lm.Huber(delta=1) == lm.Huber(delta=1.0) != lm.Huber(delta=2.0)
    assert lm.MSE() != lm.MAE()
    assert len({lm.Huber(delta=d) for d in (1, 2, 1.0, np.float32(2))}) == 2


@pytest.mark.parametrize("loss", DEFAULTS, ids=lambda x: x.name)
def test_the_docstring_says_what_it_must(loss):
    assert loss.summary.endswith(".")
    assert loss.when
    assert loss.when_not
    assert loss.reference[-1] == "."
    assert any(year.isdigit() for year in loss.reference.replace("(", " ").replace(")", " ").split())
    assert loss.latex
    assert ">>>" in type(loss).__doc__


@pytest.mark.parametrize("cls", lm.ALL)
def test_found_by_name(cls):
    assert lm.find(cls.name) == lm.find(cls.__name__) == cls()
    assert cls.name == cls.name.lower()


def test_names_follow_the_field():
    names = {lm.MSE: "mse", lm.LogCosh: "log_cosh", lm.KLDivergence: "kl_divergence", lm.SquaredHinge: "squared_hinge"}
    assert {cls: cls.name for cls in names} == names


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: lm.find("hubr"), UnknownLossError, "huber"),
        (lambda: lm.find("huber", dleta=1), ParameterError, "delta"),
        (lambda: lm.Huber(delta=0), ParameterError, r"\(0, inf\)"),
        (lambda: lm.Huber(delta=math.nan), ParameterError, "nan"),
        (lambda: lm.Huber(delta=math.inf), ParameterError, "inf"),
        (lambda: lm.Huber(delta=True), ParameterError, "bool"),
        (lambda: lm.Huber(delta="1"), ParameterError, "str"),
        (lambda: lm.Quantile(level=1.0), ParameterError, r"\(0, 1\)"),
        (lambda: lm.CrossEntropy(label_smoothing=1.5), ParameterError, r"\[0, 1\]"),
        (lambda: lm.KLDivergence(direction="both"), ParameterError, "'forward', 'reverse'"),
        (lambda: lm.select(colour="red"), lm.LossmithError, "robust"),
    ],
)
def test_wrong_names_and_parameters(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_select_by_traits():
    robust = lm.select(task="regression", robust=True)
    assert {lm.MAE(), lm.Huber(), lm.LogCosh(), lm.Quantile()} < {*robust}
    assert robust == tuple(x for x in DEFAULTS if x.traits.task == "regression" and math.isfinite(x.traits.lipschitz))
    assert lm.select() == tuple(DEFAULTS)


def test_a_new_parameter_traces_nothing_again():
    assert lm.Huber(delta=0.3)._traced("formula") is lm.Huber(delta=0.7)._traced("formula")
    assert lm.KLDivergence()._traced("formula") is not lm.KLDivergence(direction="reverse")._traced("formula")


# Criterion -----------------------------------------------------------------------------------------------------------


def test_criterion_is_the_loss_with_its_arguments_fixed():
    scores, labels = torch.randn(6, 3, requires_grad=True), torch.tensor([0, 2, -100, 1, 1, -100])
    weights = torch.tensor([1.0, 2.0, 0.5])
    criterion = lm.Criterion(lm.CrossEntropy(label_smoothing=0.1), class_weight=weights, ignore_index=-100)
    wanted = torch.nn.functional.cross_entropy(scores, labels, weight=weights, label_smoothing=0.1)
    torch.testing.assert_close(criterion(scores, labels), wanted)
    assert set(criterion.state_dict()) == {"class_weight"}
    torch.testing.assert_close(criterion.double()(scores.double(), labels), wanted.double())
    assert pickle.loads(pickle.dumps(criterion))(scores, labels) == criterion(scores, labels)
    assert "CrossEntropy(label_smoothing=0.1" in repr(criterion)
    assert "ignore_index=-100" in repr(criterion)


def test_criterion_refuses_what_is_no_loss_or_no_option():
    with pytest.raises(lm.LossmithError, match=r"lm\.Huber"):
        lm.Criterion(lm.Huber)
    with pytest.raises(lm.LossmithError, match="ignore_index"):
        lm.Criterion(lm.Huber(), ignore=3)


def test_what_a_call_says_goes_before_what_the_criterion_was_made_with():
    criterion = lm.Criterion(lm.MSE(), mask=None)
    x, y = torch.tensor([1.0, 5.0]), torch.zeros(2)
    assert criterion(x, y, mask=torch.tensor([True, False])) == 1


# A user's own loss ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Cauchy(lm.Residual):
    """log(1 + (r/c)²)."""

    c: lm.Positive = 1.0

    def formula(self, r):
        return log1p((r / self.c) ** 2)


@dataclass(frozen=True, kw_only=True)
class Focal(lm.Rowwise):
    """−(1 − p)^γ log p."""

    gamma: lm.NonNegative = 2.0

    def formula(self, log_p, miss, lse):
        return -power(miss, self.gamma) * log_p


@dataclass(frozen=True, kw_only=True)
class Gaussian(lm.Likelihood):
    """The negative log-likelihood of a normal distribution without its constant."""

    def formula(self, mean, log_scale, y):
        return log_scale + ((y - mean) * exp(-log_scale)) ** 2 / 2


def test_a_users_loss_gets_all_that_a_built_in_one_gets():
    loss = Cauchy(c=2.0)
    r = np.array([-3.0, 0.0, 1e-8, 5.0])
    np.testing.assert_allclose(loss(r, 0 * r, reduction="none"), np.log1p((r / 2) ** 2), rtol=1e-15)
    np.testing.assert_allclose(loss.gradient(r, 0 * r), 2 * r / (4 + r**2), rtol=1e-15)
    np.testing.assert_allclose(loss.curvature(r, 0 * r), 2 * (4 - r**2) / (4 + r**2) ** 2, rtol=1e-14)
    assert (loss.name, loss.summary) == ("cauchy", "log(1 + (r/c)²).")
    assert pickle.loads(pickle.dumps(loss)) == loss == Cauchy(c=2)
    assert r"\log" in loss.latex
    assert (loss.traits.convex, loss.traits.smooth) == (False, math.inf)
    assert loss.traits.lipschitz == pytest.approx(0.5, rel=1e-3)
    assert loss.best_constant([0.0, 1.0, 2.0, 1000.0]) == pytest.approx(1.0, abs=0.01)
    x = torch.randn(5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: lm.Criterion(loss)(x, torch.zeros_like(x)), x)


def test_a_rowwise_loss_of_ones_own_takes_indices_alone():
    scores, labels = torch.randn(4, 3, dtype=torch.float64), torch.tensor([0, 1, 2, 0])
    p = scores.softmax(-1)[range(4), labels]
    torch.testing.assert_close(Focal()(scores, labels), (-((1 - p) ** 2) * p.log()).mean())
    with pytest.raises(lm.LossmithError, match=r"argmax"):
        Focal()(scores, torch.eye(3)[labels])


def test_a_likelihood_reads_its_predictions_from_an_axis():
    predictions, y = torch.randn(6, 2, dtype=torch.float64), torch.randn(6, dtype=torch.float64)
    mean, log_scale = predictions.unbind(-1)
    wanted = torch.nn.functional.gaussian_nll_loss(mean, y, (2 * log_scale).exp())
    torch.testing.assert_close(Gaussian()(predictions, y), wanted)
    with pytest.raises(lm.LossmithError, match=r"2 predictions an element"):
        Gaussian()(mean, y)
    best = Gaussian().best_constant(y)
    torch.testing.assert_close(best, torch.stack([y.mean(), y.std(correction=0).log()]), rtol=1e-6, atol=1e-6)


@dataclass(frozen=True, kw_only=True)
class OneAgainstAll(lm.Classwise):
    """Logistic loss of each class by itself."""

    def formula(self, s, t):
        return softplus(s) - s * t


def test_a_classwise_loss_of_ones_own_takes_several_labels_a_row():
    scores, labels = torch.randn(4, 3, dtype=torch.float64), torch.tensor([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]])
    wanted = (
        torch.nn.functional.binary_cross_entropy_with_logits(scores, labels.double(), reduction="none").sum(-1).mean()
    )
    torch.testing.assert_close(OneAgainstAll()(scores, labels), wanted)
    torch.testing.assert_close(OneAgainstAll()(scores, labels, class_weight=torch.ones(3)), wanted)
    assert OneAgainstAll().traits.convex
    with pytest.raises(lm.LossmithError, match="one_hot"):
        OneAgainstAll()(scores, torch.tensor([0, 1, 2, 0]))
