"""SciPy: functions of elements, and densities."""

from peers.record import Parity, Peer

PEER = Peer(
    title="SciPy",
    package="scipy",
    imports="import numpy as np\nfrom scipy import special, stats\nfrom scipy.spatial import distance",
    arrays="numpy",
    unreduced=lambda call: call.removesuffix(".mean()"),
    shape=(20,),
    parities=[
        Parity("special.huber(0.7, x - t).mean()", "lm.Huber(delta=0.7)(x, t)"),
        Parity("special.pseudo_huber(0.7, x - t).mean()", "lm.PseudoHuber(delta=0.7)(x, t)"),
        Parity("-special.log_expit(x * t).mean()", "lm.LogisticMargin()(x, t)", "sign"),
        Parity(
            "special.rel_entr(t, p).sum(-1).mean()",
            'lm.KLDivergence()(p, t, given="probabilities")',
            "rows_p",
            convention="it takes probabilities, target first",
            plain="lm.KLDivergence()(p, t)",
        ),
        Parity(
            "(distance.jensenshannon(p, t, axis=-1) ** 2).mean()",
            'lm.JSDivergence()(p, t, given="probabilities")',
            "rows_p",
            convention="it takes probabilities, and gives the root",
            plain="lm.JSDivergence()(p, t)",
        ),
        Parity(
            "stats.chisquare(t, p, axis=-1).statistic.mean()",
            'lm.ChiSquared()(p, t, given="probabilities")',
            "rows_p",
            convention="it takes what was observed first; counts, ours their shares",
            plain="lm.ChiSquared()(p, t)",
        ),
        Parity(
            'stats.power_divergence(t, p, axis=-1, lambda_="neyman").statistic.mean()',
            'lm.ChiSquared(direction="reverse")(p, t, given="probabilities")',
            "rows_p",
            convention="Neyman's divides by what was observed",
            plain='lm.ChiSquared()(p, t, given="probabilities")',
        ),
        Parity(
            'stats.power_divergence(t, p, axis=-1, lambda_="freeman-tukey").statistic.mean()',
            '8 * lm.Hellinger()(p, t, given="probabilities")',
            "rows_p",
            convention="Freeman and Tukey's statistic is four times the sum of which this is half",
            plain='lm.Hellinger()(p, t, given="probabilities")',
        ),
        Parity(
            "stats.power_divergence(t, p, axis=-1, lambda_=0.5).statistic.mean()",
            '2 * lm.AlphaDivergence(alpha=1.5)(p, t, given="probabilities")',
            "rows_p",
            convention="Cressie and Read's λ is α − 1, and their statistic twice the divergence",
            plain='lm.AlphaDivergence(alpha=1.5)(p, t, given="probabilities")',
        ),
        Parity(
            "np.mean([distance.cityblock(*pair) / 2 for pair in zip(p, t)])",
            'lm.TotalVariation()(p, t, given="probabilities")',
            "rows_p",
            each=False,
        ),
        Parity(
            "np.mean([stats.energy_distance(range(5), range(5), *pair) ** 2 / 2 for pair in zip(p, t)])",
            'lm.SquaredEarthMovers()(p, t, given="probabilities")',
            "rows_p",
            each=False,
            convention="the energy distance is the root of twice this, between distributions over the whole numbers",
            plain="lm.SquaredEarthMovers()(p, t)",
        ),
        Parity(
            "np.mean([stats.energy_distance(members, [number]) ** 2 / 2 for members, number in zip(x, t)])",
            "lm.CRPSEnsemble()(x, t)",
            "triples",
            each=False,
        ),
        # densities
        Parity(
            "-stats.norm.logpdf(t, x[..., 0], np.exp(x[..., 1])).mean()",
            "lm.GaussianNLL()(x, t)",
            "pairs",
            shifted=True,
        ),
        Parity(
            "-stats.t.logpdf(t, 3, x[..., 0], np.exp(x[..., 1])).mean()",
            "lm.StudentTNLL(df=3.0)(x, t)",
            "pairs",
            shifted=True,
        ),
        Parity(
            "-stats.vonmises.logpdf(t, np.exp(x[..., 1]), x[..., 0]).mean()",
            "lm.VonMises()(x, t)",
            "pairs",
            shifted=True,
        ),
        Parity("-stats.poisson.logpmf(t, np.exp(x)).mean()", "lm.Poisson()(x, t)", "count", shifted=True),
        Parity(
            "-stats.nbinom.logpmf(t, 2, 1 / (1 + np.exp(x) / 2)).mean()",
            "lm.NegativeBinomial(dispersion=0.5)(x, t)",
            "count",
            shifted=True,
        ),
        Parity(
            "-stats.gamma.logpdf(t, 4, scale=np.exp(x) / 4).mean()",
            "4 * lm.Gamma()(x, t)",
            "positive",
            shifted=True,
            convention="the loss is over the shape parameter, here 4, which does not move its minimum",
            plain="lm.Gamma()(x, t)",
        ),
        Parity("-stats.invgauss.logpdf(t, np.exp(x)).mean()", "lm.InverseGaussian()(x, t)", "positive", shifted=True),
    ],
)
