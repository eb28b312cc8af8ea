"""Optax, whose functions give the losses of the elements."""

from peers.record import Difference, Parity, Peer

PEER = Peer(
    title="Optax",
    package="optax",
    imports="import jax\nimport jax.numpy as jnp\nimport optax",
    context=lambda names: names["jax"].enable_x64(True),
    arrays="jax",
    unreduced=lambda call: call.removesuffix(".mean()"),
    parities=[
        Parity("optax.losses.squared_error(x, t).mean()", "lm.MSE()(x, t)"),
        Parity(
            "optax.losses.l2_loss(x, t).mean()",
            "0.5 * lm.MSE()(x, t)",
            convention="its l2_loss is half of the squared error",
            plain="lm.MSE()(x, t)",
        ),
        Parity("optax.losses.huber_loss(x, t, delta=0.7).mean()", "lm.Huber(delta=0.7)(x, t)"),
        Parity("optax.losses.log_cosh(x, t).mean()", "lm.LogCosh()(x, t)"),
        # a yes or a no
        Parity("optax.losses.sigmoid_binary_cross_entropy(x, t).mean()", "lm.BinaryCrossEntropy()(x, t)", "share"),
        Parity("optax.losses.hinge_loss(x, t).mean()", "lm.Hinge()(x, t)", "sign"),
        Parity("optax.losses.perceptron_loss(x, t).mean()", "lm.Perceptron()(x, t)", "sign"),
        Parity(
            "optax.losses.sparsemax_loss(x, t).mean()",
            "lm.SmoothedHinge(gamma=2.0)(x, 2 * t - 1)",
            "binary",
            convention="sparsemax of two classes is a quarter of the modified Huber loss; its labels are 0 and 1",
            plain="lm.ModifiedHuber()(x, 2 * t - 1)",
        ),
        Parity("optax.losses.sigmoid_focal_loss(x, t).mean()", "lm.BinaryFocal()(x, t)", "share"),
        Parity(
            "optax.losses.sigmoid_focal_loss(x, t, alpha=0.25, gamma=1.5).mean()",
            "lm.BinaryFocal(gamma=1.5, alpha=0.25)(x, t)",
            "binary",
        ),
        # one class of several
        Parity("optax.losses.softmax_cross_entropy(x, t).mean()", "lm.CategoricalCrossEntropy()(x, t)", "rows"),
        Parity(
            "optax.losses.softmax_cross_entropy(x, optax.losses.smooth_labels(t, 0.1)).mean()",
            "lm.CategoricalCrossEntropy(label_smoothing=0.1)(x, t)",
            "one_hot",
        ),
        Parity("optax.losses.safe_softmax_cross_entropy(x, t).mean()", "lm.CategoricalCrossEntropy()(x, t)", "rows"),
        Parity(
            "optax.losses.softmax_cross_entropy_with_integer_labels(x, t).mean()",
            "lm.SparseCategoricalCrossEntropy()(x, t)",
            "index",
        ),
        Parity(
            "optax.losses.softmax_cross_entropy_with_integer_labels(x, t, axis=1).mean()",
            "lm.SparseCategoricalCrossEntropy()(x, t, axis=1)",
            "images",
        ),
        Parity(
            "optax.losses.softmax_cross_entropy_with_integer_labels(x, t).mean(where=m)",
            "lm.SparseCategoricalCrossEntropy()(x, t, mask=m)",
            "index",
            each=False,
        ),
        Parity("optax.losses.multiclass_hinge_loss(x, t).mean()", "lm.MulticlassHinge()(x, t)", "index"),
        Parity(
            "optax.losses.poly_loss_cross_entropy(x, t, epsilon=2.0).mean()",
            "lm.Poly1(epsilon=2.0)(x, t.argmax(-1))",
            "one_hot",
        ),
        Parity(
            "optax.losses.multiclass_perceptron_loss(x, t).mean()",
            "lm.FenchelYoung(conjugate=lambda x: x.amax(-1))(x, t)",
            "index",
        ),
        Parity("optax.losses.multiclass_sparsemax_loss(x, t).mean()", "lm.SparsemaxLoss()(x, t)", "index"),
        Parity(
            "jax.vmap(optax.losses.make_fenchel_young_loss(jax.nn.logsumexp))(x, t).mean()",
            "lm.FenchelYoung()(x, t)",
            "rows",
        ),
        Parity(
            "optax.losses.ctc_loss(x, jnp.arange(8) >= frames[:, None], t.clip(0), t < 0).mean()",
            "lm.CTC()(x, t, lengths=frames)",
            "sequences",
        ),
        Parity("optax.losses.kl_divergence(jax.nn.log_softmax(x), t).mean()", "lm.KLDivergence()(x, t)", "rows"),
        Parity(
            "optax.losses.generalized_kl_divergence(x, t).mean()",
            "lm.Poisson()(x, t, normalizer=len(t))",
            "positive",
            shifted=True,
            each=False,
            convention="its sum over the last axis of t·log(t/p) − t + p is Poisson's, by the log-mean",
            plain="lm.Poisson()(x, t)",
        ),
        Parity(
            "optax.losses.kl_divergence_with_log_targets(jax.nn.log_softmax(x), jnp.log(t)).mean()",
            "lm.KLDivergence()(x, t)",
            "rows",
        ),
    ],
    setting="",
    differences=[
        Difference(
            "a class that there is not",
            "optax.losses.softmax_cross_entropy_with_integer_labels(jnp.zeros((1, 3)), jnp.array([3])).mean()",
            "lm.SparseCategoricalCrossEntropy()(torch.zeros(1, 3), torch.tensor([3]))",
            ("nan", "TargetError"),
            "Optax gives NaN; here the error names the label",
        ),
        Difference(
            "predictions (2, 1) against targets (2,)",
            "optax.losses.huber_loss(jnp.array([[1.0], [2.0]]), jnp.array([1.0, 2.0])).mean()",
            "lm.Huber()(torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 2.0]))",
            ("0.25", "ShapeError"),
            "Optax compares every prediction with every target, without a word",
        ),
        Difference(
            "class −∞, target 0 there",
            "optax.losses.softmax_cross_entropy(jnp.array([[0.0, -jnp.inf]]), jnp.array([[1.0, 0.0]])).mean()",
            "lm.CategoricalCrossEntropy()(torch.tensor([[0.0, -torch.inf]]), torch.tensor([[1.0, 0.0]]))",
            ("nan", "0"),
            "0·∞ is 0 here; Optax has safe_softmax_cross_entropy for it",
            thread="optax #896",
        ),
        Difference(
            "an error of 300 in float16",
            "optax.losses.squared_error(jnp.array([300.0], jnp.float16)).mean()",
            "lm.MSE()(torch.tensor([300.0]).half(), torch.tensor([0.0]).half())",
            ("inf", "90000"),
            "Optax stays in the type of its input; half precision is computed in float32 here",
            thread="optax #1020",
        ),
    ],
)
