"""scikit-learn: its metrics, and the losses that its models are fitted with."""

from peers.record import Parity, Peer


def elements(call: str) -> str:
    """A call that gives a mean, changed to give the losses."""
    return call.replace(")(", ").loss(", 1) if call.startswith("private.") else call.removesuffix(".mean()")


def slopes(call: str) -> str:
    """The same with the slopes."""
    if call.startswith("private."):
        return call.replace(")(", ").gradient(", 1)
    return elements(call).replace("py_loss", "py_dloss")


PEER = Peer(
    title="scikit-learn",
    package="sklearn",
    imports="import numpy as np\nfrom sklearn import metrics\nfrom sklearn._loss import loss as private\n"
    "from sklearn.linear_model import _sgd_fast as sgd",
    arrays="numpy",
    unreduced=elements,
    slope=slopes,
    shape=(30,),
    parities=[
        Parity("metrics.mean_squared_error(t, x)", "lm.MSE()(x, t)", each=False),
        Parity("metrics.mean_squared_error(t, x, sample_weight=w)", "lm.MSE()(x, t, weight=w)", each=False),
        Parity("metrics.root_mean_squared_error(t, x, sample_weight=w)", "lm.RMSE()(x, t, weight=w)", each=False),
        Parity("metrics.mean_absolute_error(t, x, sample_weight=w)", "lm.MAE()(x, t, weight=w)", each=False),
        Parity(
            "metrics.mean_pinball_loss(t, x, alpha=0.2, sample_weight=w)",
            "lm.Quantile(level=0.2)(x, t, weight=w)",
            each=False,
        ),
        Parity(
            "np.mean([metrics.mean_pinball_loss(t, x[:, i], alpha=level) for i, level in enumerate((0.1, 0.5, 0.9))])",
            "lm.MultiQuantile(levels=(0.1, 0.5, 0.9))(x, t)",
            "triples",
            each=False,
        ),
        Parity("metrics.hinge_loss(t, x, sample_weight=w)", "lm.Hinge()(x, t, weight=w)", "sign", each=False),
        Parity(
            "metrics.log_loss(t, p, sample_weight=w)",
            'lm.BinaryCrossEntropy()(p, t, given="probabilities", weight=w)',
            "binary_p",
            each=False,
            convention="it reads probabilities",
            plain="lm.BinaryCrossEntropy()(p, t, weight=w)",
        ),
        Parity(
            "metrics.log_loss(t, p, labels=range(5), sample_weight=w)",
            'lm.CrossEntropy()(p, t, given="probabilities", weight=w)',
            "index_p",
            each=False,
            convention="it reads probabilities",
            plain="lm.CrossEntropy()(p, t, weight=w)",
        ),
        Parity(
            "metrics.brier_score_loss(t, p, labels=range(5), sample_weight=w)",
            'lm.Brier()(p, t, given="probabilities", weight=w)',
            "index_p",
            each=False,
            convention="it reads probabilities",
            plain="lm.Brier()(p, t, weight=w)",
        ),
        Parity(
            "metrics.brier_score_loss(t, p, sample_weight=w)",
            '0.5 * lm.Brier()(torch.stack([1 - p, p], -1), t.long(), given="probabilities", weight=w)',
            "binary_p",
            each=False,
            convention="of two classes it takes half, which is the squared error of one probability",
            plain='lm.Brier()(torch.stack([1 - p, p], -1), t.long(), given="probabilities", weight=w)',
        ),
        Parity(
            "metrics.mean_poisson_deviance(t, p, sample_weight=w)",
            '2 * lm.Poisson(link="identity")(p, t, weight=w)',
            "rate",
            each=False,
            shifted=True,
            convention="a deviance is twice the loss, less that of a perfect fit; it reads the rate, ours its log",
            plain="lm.Poisson()(p, t, weight=w)",
        ),
        Parity(
            "metrics.mean_gamma_deviance(t, p, sample_weight=w)",
            '2 * lm.Gamma(link="identity")(p, t, weight=w)',
            "positive_rate",
            each=False,
            shifted=True,
            convention="a deviance is twice the loss, less that of a perfect fit; it reads the mean, ours its log",
            plain="lm.Gamma()(p, t, weight=w)",
        ),
        Parity(
            "metrics.mean_tweedie_deviance(t, p, power=3, sample_weight=w)",
            '2 * lm.InverseGaussian(link="identity")(p, t, weight=w)',
            "positive_rate",
            each=False,
            shifted=True,
            convention="a deviance is twice the loss, less that of a perfect fit; it reads the mean, ours its log",
            plain="lm.InverseGaussian()(p, t, weight=w)",
        ),
        Parity(
            "metrics.mean_tweedie_deviance(t, p, power=1.4, sample_weight=w)",
            "2 * lm.Tweedie(power=1.4)(p.log(), t, weight=w)",
            "rate",
            each=False,
            shifted=True,
            convention="a deviance is twice the loss, less that of a perfect fit; it reads the mean, ours its log",
            plain="lm.Tweedie(power=1.4)(p, t, weight=w)",
        ),
        Parity(
            "metrics.mean_squared_log_error(t, p, sample_weight=w)", "lm.MSLE()(p, t, weight=w)", "rate", each=False
        ),
        Parity(
            "metrics.mean_absolute_percentage_error(t, p, sample_weight=w)",
            "lm.MAPE()(p, t, weight=w)",
            "positive_rate",
            each=False,
        ),
        # what its models are fitted with: private, and by the raw score
        Parity(
            "private.HalfSquaredError()(t, x, sample_weight=w)",
            "0.5 * lm.MSE()(x, t, weight=w)",
            convention="half of the squared error",
            plain="lm.MSE()(x, t, weight=w)",
        ),
        Parity("private.AbsoluteError()(t, x, sample_weight=w)", "lm.MAE()(x, t, weight=w)"),
        Parity("private.PinballLoss(quantile=0.2)(t, x, sample_weight=w)", "lm.Quantile(level=0.2)(x, t, weight=w)"),
        Parity("private.HuberLoss(delta=0.7)(t, x, sample_weight=w)", "lm.Huber(delta=0.7)(x, t, weight=w)"),
        Parity("private.HalfPoissonLoss()(t, x, sample_weight=w)", "lm.Poisson()(x, t, weight=w)", "count"),
        Parity("private.HalfGammaLoss()(t, x, sample_weight=w)", "lm.Gamma()(x, t, weight=w)", "positive"),
        Parity(
            "private.HalfTweedieLoss(power=1.4)(t, x, sample_weight=w)",
            "lm.Tweedie(power=1.4)(x, t, weight=w)",
            "count",
            shifted=True,
        ),
        Parity(
            "private.ExponentialLoss()(t, x, sample_weight=w)",
            "lm.Exponential()(x, 2 * t - 1, weight=w)",
            "binary",
        ),
        Parity("private.HalfBinomialLoss()(t, x, sample_weight=w)", "lm.BinaryCrossEntropy()(x, t, weight=w)", "share"),
        Parity(
            "private.HalfMultinomialLoss(n_classes=5)(t.astype(float), x, sample_weight=w)",
            "lm.CrossEntropy()(x, t, weight=w)",
            "index",
        ),
        Parity("np.vectorize(sgd.Hinge().py_loss)(x, t).mean()", "lm.Hinge()(x, t)", "sign"),
        Parity("np.vectorize(sgd.Hinge(threshold=0.0).py_loss)(x, t).mean()", "lm.Perceptron()(x, t)", "sign"),
        Parity("np.vectorize(sgd.SquaredHinge().py_loss)(x, t).mean()", "lm.SquaredHinge()(x, t)", "sign"),
        Parity("np.vectorize(sgd.ModifiedHuber().py_loss)(x, t).mean()", "lm.ModifiedHuber()(x, t)", "sign"),
        Parity(
            "np.vectorize(sgd.EpsilonInsensitive(0.3).py_loss)(x, t).mean()", "lm.EpsilonInsensitive(epsilon=0.3)(x, t)"
        ),
        Parity(
            "np.vectorize(sgd.SquaredEpsilonInsensitive(0.3).py_loss)(x, t).mean()",
            "lm.SquaredEpsilonInsensitive(epsilon=0.3)(x, t)",
        ),
    ],
)
