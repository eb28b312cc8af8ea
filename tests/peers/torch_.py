"""PyTorch."""

from peers.record import Difference, Parity, Peer

SETTING = """\
scores = torch.tensor([[2.0, -1.0, 0.5], [0.0, 1.0, 0.0]])     # two samples, three classes
labels = torch.tensor([0, 2])
one_hot = F.one_hot(labels, 3).float()
weights = torch.tensor([1.0, 2.0, 5.0])                        # of the classes
"""

PEER = Peer(
    title="PyTorch",
    package="torch",
    imports="import math\n\nimport torch\nimport torch.nn.functional as F",
    warnings=[("reduction: 'mean' divides", UserWarning)],
    parities=[
        # regression
        Parity("F.mse_loss(x, t)", "lm.MSE()(x, t)"),
        Parity("F.mse_loss(x, t, weight=w)", "lm.MSE()(x, t, weight=w)"),
        Parity("F.mse_loss(x, t).sqrt()", "lm.RMSE()(x, t)", each=False),
        Parity("F.l1_loss(x, t)", "lm.MAE()(x, t)"),
        Parity("F.l1_loss(x, t, weight=w)", "lm.MAE()(x, t, weight=w)"),
        Parity("F.huber_loss(x, t, delta=0.7)", "lm.Huber(delta=0.7)(x, t)"),
        Parity(
            "F.huber_loss(x, t, delta=0.7, weight=w)",
            "lm.Huber(delta=0.7)(x, t, weight=w, normalizer=t.numel())",
            convention="its weighted mean divides by N, where those of mse_loss and l1_loss divide by Σ w",
            plain="lm.Huber(delta=0.7)(x, t, weight=w)",
        ),
        Parity("F.smooth_l1_loss(x, t, beta=0.7)", "lm.SmoothL1(beta=0.7)(x, t)"),
        Parity(
            "F.smooth_l1_loss(x, t, beta=0.5)",
            "2 * lm.Huber(delta=0.5)(x, t)",
            convention="Smooth L1 is Huber's loss divided by its δ",
            plain="lm.Huber(delta=0.5)(x, t)",
        ),
        # counts
        Parity("F.poisson_nll_loss(x, t)", "lm.Poisson()(x, t)", "count"),
        Parity("F.poisson_nll_loss(x, t)", "lm.Poisson()(x, t)", "positive"),
        Parity("F.poisson_nll_loss(p, t, log_input=False, eps=0)", 'lm.Poisson(link="identity")(p, t)', "rate"),
        Parity(
            "-torch.distributions.NegativeBinomial(2.0, logits=x - math.log(2)).log_prob(t).mean()",
            "lm.NegativeBinomial(dispersion=0.5)(x, t)",
            "count",
            shifted=True,
            each=False,
        ),
        # likelihoods of a location and the logarithm of a scale
        Parity("F.gaussian_nll_loss(x[..., 0], t, (2 * x[..., 1]).exp())", "lm.GaussianNLL()(x, t)", "pairs"),
        Parity(
            "-torch.distributions.Normal(x[..., 0], x[..., 1].exp()).log_prob(t).mean()",
            "lm.GaussianNLL()(x, t)",
            "pairs",
            shifted=True,
            each=False,
        ),
        Parity(
            "-torch.distributions.Laplace(x[..., 0], x[..., 1].exp()).log_prob(t).mean()",
            "lm.LaplaceNLL()(x, t)",
            "pairs",
            shifted=True,
            each=False,
        ),
        Parity(
            "-torch.distributions.StudentT(3.0, x[..., 0], x[..., 1].exp()).log_prob(t).mean()",
            "lm.StudentTNLL(df=3.0)(x, t)",
            "pairs",
            shifted=True,
            each=False,
        ),
        Parity(
            "torch.distributions.kl_divergence(torch.distributions.Normal(x[..., 0], (x[..., 1] / 2).exp()), "
            "torch.distributions.Normal(t, 1.0)).mean()",
            "lm.GaussianKL()(x, t)",
            "pairs",
            each=False,
        ),
        # a yes or a no
        Parity(
            "F.margin_ranking_loss(x[..., 0], x[..., 1], t, margin=0.5)",
            "lm.MarginRanking(margin=0.5)(x, t)",
            "sign_pairs",
        ),
        Parity("F.binary_cross_entropy_with_logits(x, t)", "lm.BinaryCrossEntropy()(x, t)", "share"),
        Parity("F.binary_cross_entropy(p, t)", 'lm.BinaryCrossEntropy()(p, t, given="probabilities")', "binary_p"),
        Parity(
            "F.binary_cross_entropy_with_logits(x, t, pos_weight=torch.tensor(3.5))",
            "lm.BinaryCrossEntropy(pos_weight=3.5)(x, t)",
            "share",
        ),
        Parity(
            "F.binary_cross_entropy_with_logits(x, t, weight=w)",
            "lm.BinaryCrossEntropy()(x, t, weight=w, normalizer=t.numel())",
            "binary",
            convention="its mean of weighted losses divides by N",
            plain="lm.BinaryCrossEntropy()(x, t, weight=w)",
        ),
        Parity(
            "F.binary_cross_entropy_with_logits(x, 0.9 * t + 0.05)",
            "lm.BinaryCrossEntropy(label_smoothing=0.1)(x, t)",
            "binary",
        ),
        Parity("F.soft_margin_loss(x, t)", "lm.LogisticMargin()(x, t)", "sign"),
        # one class of several
        Parity("F.cross_entropy(x, t)", "lm.CrossEntropy()(x, t)", "index"),
        Parity("F.cross_entropy(x, t)", "lm.SparseCategoricalCrossEntropy()(x, t)", "index"),
        Parity("F.cross_entropy(x, t)", "lm.CategoricalCrossEntropy()(x, t)", "rows"),
        Parity(
            "F.nll_loss(x.log_softmax(-1), t, weight=c)",
            "lm.CrossEntropy()(x, t, class_weight=c)",
            "index",
        ),
        Parity("F.cross_entropy(x, t, label_smoothing=0.2)", "lm.CrossEntropy(label_smoothing=0.2)(x, t)", "index"),
        Parity("F.cross_entropy(x, t, label_smoothing=0.2)", "lm.CrossEntropy(label_smoothing=0.2)(x, t)", "rows"),
        Parity(
            "F.cross_entropy(x, t, weight=c, ignore_index=2)",
            "lm.CrossEntropy()(x, t, class_weight=c, ignore_index=2)",
            "index",
        ),
        Parity(
            "F.cross_entropy(x, t, weight=c, label_smoothing=0.3, ignore_index=1)",
            "lm.CrossEntropy(label_smoothing=0.3)(x, t, class_weight=c, ignore_index=1)",
            "index",
        ),
        Parity(
            "F.cross_entropy(x, t, weight=c)",
            "lm.CrossEntropy()(x, t, class_weight=c, normalizer=len(t))",
            "one_hot",
            convention="of rows its weighted mean divides by N, of indices by Σ c; here both divide by Σ c",
            plain="lm.CrossEntropy()(x, t, class_weight=c)",
        ),
        Parity("F.cross_entropy(x, t, ignore_index=1)", "lm.CrossEntropy()(x, t, axis=1, ignore_index=1)", "images"),
        Parity("F.cross_entropy(x, t)", "lm.CrossEntropy()(x, t, axis=1)", "image_rows"),
        Parity("F.cross_entropy(x.transpose(1, 2), t)", "lm.CrossEntropy()(x, t, axis=-1)", "tokens"),
        Parity(
            "F.multi_margin_loss(x, t)",
            "0.2 * lm.WestonWatkins()(x, t)",
            "index",
            convention="it divides the sum over the rivals by the number of classes, here 5",
            plain="lm.WestonWatkins()(x, t)",
        ),
        # several labels
        Parity("F.multilabel_margin_loss(x, lists)", "lm.MultiLabelMargin()(x, t)", "several"),
        Parity("F.multilabel_soft_margin_loss(x, t)", "lm.BinaryCrossEntropy()(x, t)", "several", each=False),
        # distributions
        Parity('F.kl_div(x.log_softmax(-1), t, reduction="batchmean")', "lm.KLDivergence()(x, t)", "rows", each=False),
        Parity(
            'F.kl_div(x.log_softmax(-1), t.log(), log_target=True, reduction="batchmean")',
            'lm.KLDivergence()(x, t.log(), target_given="log_probabilities")',
            "rows",
            each=False,
        ),
        Parity(
            'F.kl_div(p.log(), t.log(), log_target=True, reduction="batchmean")',
            'lm.KLDivergence()(p, t, given="probabilities")',
            "rows_p",
            each=False,
        ),
        Parity(
            'F.kl_div(t.log(), x.softmax(-1), reduction="batchmean")',
            'lm.KLDivergence(direction="reverse")(x, t)',
            "rows",
            each=False,
            convention="kl_div(q, p) is KL(p ‖ q): with the arguments exchanged it is the reverse divergence",
            plain="lm.KLDivergence()(x, t)",
        ),
        Parity(
            "F.kl_div(x.log_softmax(-1), t)",
            "lm.KLDivergence()(x, t, normalizer=t.numel())",
            "rows",
            each=False,
            convention='its "mean" divides by all numbers; ours by the distributions, which is its "batchmean"',
            plain="lm.KLDivergence()(x, t)",
        ),
        Parity(
            'F.kl_div(x.log_softmax(1), t, reduction="batchmean")',
            "lm.KLDivergence()(x, t, axis=1, normalizer=len(t))",
            "image_rows",
            each=False,
            convention="its batchmean divides by the first axis alone, whatever there is behind it; ours by all "
            "distributions",
            plain="lm.KLDivergence()(x, t, axis=1)",
        ),
    ],
    setting=SETTING,
    differences=[
        Difference(
            "class weights, the same labels as one-hot rows",
            "F.cross_entropy(scores, one_hot, weights)",
            "lm.CrossEntropy()(scores, one_hot, class_weight=weights)",
            ("3.99927", "1.33309"),
            "torch divides rows by N and indices by Σ w; here both codings agree",
        ),
        Difference(
            "every label is ignored",
            "F.cross_entropy(scores, torch.tensor([-100, -100]))",
            "lm.CrossEntropy()(scores, torch.tensor([-100, -100]), ignore_index=-100)",
            ("nan", "0"),
            "an empty mean is 0 with gradient 0, so one empty batch does not end a run",
        ),
        Difference(
            "class −∞, target 0 there",
            "F.cross_entropy(torch.tensor([[0.0, -torch.inf]]), torch.tensor([[1.0, 0.0]]))",
            "lm.CrossEntropy()(torch.tensor([[0.0, -torch.inf]]), torch.tensor([[1.0, 0.0]]))",
            ("nan", "0"),
            "0·∞ is 0 here: what has no weight does not count",
        ),
        Difference(
            "probability 0 where the answer is yes",
            "F.binary_cross_entropy(torch.tensor([0.0]), torch.tensor([1.0]))",
            'lm.BinaryCrossEntropy()(torch.tensor([0.0]), torch.tensor([1.0]), given="probabilities")',
            ("100", "inf"),
            "torch cuts each logarithm at −100; here it is what it is",
        ),
        Difference(
            "rate 0 (score −∞), and nothing was counted",
            "F.poisson_nll_loss(torch.tensor([-torch.inf]), torch.tensor([0.0]))",
            "lm.Poisson()(torch.tensor([-torch.inf]), torch.tensor([0.0]))",
            ("nan", "0"),
            "0·∞ is 0 here: no count, no loss",
        ),
        Difference(
            "integer labels of a yes or a no",
            "F.binary_cross_entropy_with_logits(torch.tensor([2.0]), torch.tensor([1]))",
            "lm.BinaryCrossEntropy()(torch.tensor([2.0]), torch.tensor([1]))",
            ("RuntimeError", "0.126928"),
            "labels of any dtype are read",
        ),
        Difference(
            "class indices in int32",
            "F.cross_entropy(scores, labels.int())",
            "lm.CrossEntropy()(scores, labels.int())",
            ("RuntimeError", "0.896378"),
            "labels of any integer dtype are read",
        ),
        Difference(
            "predictions (2, 1) against targets (2,)",
            "F.mse_loss(torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 2.0]))",
            "lm.MSE()(torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 2.0]))",
            ("0.5", "ShapeError"),
            "torch warns and compares every prediction with every target; here nothing is broadcast",
        ),
        Difference(
            "an error of 300 in float16",
            "F.mse_loss(torch.tensor([300.0]).half(), torch.tensor([0.0]).half())",
            "lm.MSE()(torch.tensor([300.0]).half(), torch.tensor([0.0]).half())",
            ("inf", "90000"),
            "half precision is computed in float32, and the value stays there",
        ),
        Difference(
            "weight 0 over a NaN",
            "F.mse_loss(torch.tensor([1.0, torch.nan]), torch.zeros(2), weight=torch.tensor([1.0, 0.0]))",
            "lm.MSE()(torch.tensor([1.0, torch.nan]), torch.zeros(2), weight=torch.tensor([1.0, 0.0]))",
            ("nan", "1"),
            "weight 0 means absent",
        ),
    ],
)
