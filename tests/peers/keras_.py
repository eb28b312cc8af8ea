"""Keras 3, on torch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peers.record import Difference, Parity, Peer


@contextmanager
def in_float64(names: dict[str, Any]) -> Iterator[None]:
    """Keras computes in the type that it is set to, whatever the type of the arrays."""
    config = names["keras"].config
    before = config.floatx()
    config.set_floatx("float64")
    try:
        yield
    finally:
        config.set_floatx(before)


PEER = Peer(
    title="Keras",
    package="keras",
    imports='import os\n\nos.environ.setdefault("KERAS_BACKEND", "torch")\n\nimport keras',
    context=in_float64,
    unreduced=None,  # its elements are already means over the last axis …
    tolerance=1e-6,  # … and any mean is taken in float32, whatever it is set to
    parities=[
        Parity("keras.losses.MeanSquaredError()(t, x)", "lm.MSE()(x, t)"),
        Parity("keras.losses.MeanAbsoluteError()(t, x)", "lm.MAE()(x, t)"),
        Parity("keras.losses.Huber(delta=0.7)(t, x)", "lm.Huber(delta=0.7)(x, t)"),
        Parity("keras.losses.LogCosh()(t, x)", "lm.LogCosh()(x, t)"),
        Parity(
            'keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")'
            "(t.reshape(-1, 1), x.reshape(-1, 1), w.ravel())",
            "lm.MSE()(x, t, weight=w)",
        ),
        Parity(
            "keras.losses.MeanSquaredError()(t.reshape(-1, 1), x.reshape(-1, 1), w.ravel())",
            "lm.MSE()(x, t, weight=w, normalizer=t.numel())",
            convention='its weighted mean divides by N; reduction="mean_with_sample_weight" divides by Σ w',
            plain="lm.MSE()(x, t, weight=w)",
        ),
        Parity(
            "keras.losses.MeanAbsolutePercentageError()(t, x)",
            "100 * lm.MAPE()(x, t)",
            convention="in percent",
            plain="lm.MAPE()(x, t)",
        ),
        Parity("keras.losses.MeanSquaredLogarithmicError()(t, p)", "lm.MSLE()(p, t)", "rate"),
        Parity(
            "keras.losses.Poisson()(t, p)",
            'lm.Poisson(link="identity")(p, t)',
            "rate",
            convention="it reads the rate, ours its log unless told otherwise; it adds 10⁻⁷ within the logarithm",
            plain="lm.Poisson()(p, t)",
            tolerance=1e-5,
        ),
        # a yes or a no
        Parity("keras.losses.Hinge()(t, x)", "lm.Hinge()(x, t)", "sign"),
        Parity("keras.losses.SquaredHinge()(t, x)", "lm.SquaredHinge()(x, t)", "sign"),
        Parity("keras.losses.Hinge()(t, x)", "lm.Hinge()(x, 2 * t - 1)", "binary"),
        Parity("keras.losses.BinaryCrossentropy(from_logits=True)(t, x)", "lm.BinaryCrossEntropy()(x, t)", "share"),
        Parity(
            "keras.losses.BinaryCrossentropy()(t, p)",
            'lm.BinaryCrossEntropy()(p, t, given="probabilities")',
            "binary_p",
            convention="it reads probabilities unless told otherwise",
            plain="lm.BinaryCrossEntropy()(p, t)",
        ),
        Parity(
            "keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)(t, x)",
            "lm.BinaryCrossEntropy(label_smoothing=0.1)(x, t)",
            "binary",
        ),
        Parity(
            "keras.losses.BinaryFocalCrossentropy(gamma=2.0, from_logits=True)(t, x)",
            "lm.BinaryFocal(gamma=2.0)(x, t)",
            "share",
        ),
        Parity(
            "keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, from_logits=True)(t, x)",
            "lm.BinaryFocal(alpha=0.25)(x, t)",
            "binary",
            convention="its alpha of 0.25 counts only with apply_class_balancing=True; α is the weight of positives",
            plain="lm.BinaryFocal()(x, t)",
        ),
        # one class of several
        Parity(
            "keras.losses.CategoricalCrossentropy(from_logits=True)(t, x)",
            "lm.CategoricalCrossEntropy()(x, t)",
            "rows",
        ),
        Parity(
            "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(t, x)",
            "lm.CategoricalCrossEntropy(label_smoothing=0.1)(x, t)",
            "one_hot",
        ),
        Parity(
            "keras.losses.CategoricalCrossentropy()(t, p)",
            'lm.CategoricalCrossEntropy()(p / p.sum(-1, keepdim=True), t, given="probabilities")',
            "rows_p",
            convention="it reads probabilities unless told otherwise, and normalises them, which the gradient sees",
            plain="lm.CategoricalCrossEntropy()(p, t)",
        ),
        Parity(
            "keras.losses.CategoricalCrossentropy(from_logits=True, axis=1)(t, x)",
            "lm.CategoricalCrossEntropy()(x, t, axis=1)",
            "image_rows",
        ),
        Parity(
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(t, x)",
            "lm.SparseCategoricalCrossEntropy()(x, t)",
            "index",
        ),
        Parity(
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(t, x)",
            "lm.SparseCategoricalCrossEntropy()(x, t, axis=-1)",
            "tokens",
        ),
        Parity(
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=2)(t, x)",
            "lm.SparseCategoricalCrossEntropy()(x, t, ignore_index=2)",
            "index",
        ),
        Parity("keras.losses.CategoricalHinge()(t, x.abs())", "lm.MulticlassHinge()(x.abs(), t.argmax(-1))", "one_hot"),
        Parity(
            "keras.losses.CTC()(t.clamp(0), x)",
            "lm.CTC()(x, t)",
            "sequences",
        ),
        Parity(
            "keras.losses.CategoricalFocalCrossentropy(alpha=1.0, from_logits=True)(t, x)",
            "lm.Focal()(x, t.argmax(-1))",
            "one_hot",
        ),
        Parity(
            "keras.losses.CategoricalFocalCrossentropy(from_logits=True)(t, x)",
            "0.25 * lm.Focal()(x, t.argmax(-1))",
            "one_hot",
            convention="its alpha of 0.25 weighs all classes alike",
            plain="lm.Focal()(x, t.argmax(-1))",
        ),
        Parity(
            "keras.losses.CategoricalGeneralizedCrossEntropy(q=0.7)(t, p)",
            'lm.GeneralizedCrossEntropy(q=0.7)(p, t, given="probabilities")',
            "index_p",
            convention="it reads probabilities; left out, its q is 0.5, as ours is 0.7",
            plain="lm.GeneralizedCrossEntropy(q=0.7)(p, t)",
        ),
        Parity(
            "keras.losses.KLDivergence()(t, p)",
            'lm.KLDivergence()(p, t, given="probabilities")',
            "rows_p",
            convention="it reads probabilities",
            plain="lm.KLDivergence()(p, t)",
        ),
    ],
    setting="""\
import torch

scores = torch.tensor([[2.0, -1.0, 0.5]])
labels = torch.tensor([0])
""",
    differences=[
        Difference(
            "raw scores, and nothing said of them",
            "keras.losses.SparseCategoricalCrossentropy()(labels, scores)",
            "lm.SparseCategoricalCrossEntropy()(scores, labels)",
            ("1e-07", "0.241311"),
            "Keras takes scores for probabilities, cuts them to 0…1 and normalises them; here scores are the default",
            thread="tf-keras #47",
        ),
        Difference(
            "scores that are said to be probabilities",
            "keras.losses.SparseCategoricalCrossentropy(from_logits=False)(labels, scores)",
            'lm.SparseCategoricalCrossEntropy()(scores, labels, given="probabilities")',
            ("1e-07", "PredictionError"),
            "here they are looked at",
            thread="keras #15271",
        ),
        Difference(
            "three classes, all scores below 0",
            "keras.losses.CategoricalHinge()(torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([[-2.0, -3.0, -3.5]]))",
            "lm.MulticlassHinge()(torch.tensor([[-2.0, -3.0, -3.5]]), labels)",
            ("3", "0"),
            "Keras multiplies the score of the true class by 0 and takes that 0 for a rival",
        ),
        Difference(
            "class 257 in bfloat16",
            'keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="bfloat16")'
            "(torch.tensor([257]), torch.eye(512)[257:258] * 9)",
            "lm.SparseCategoricalCrossEntropy()((torch.eye(512)[257:258] * 9).bfloat16(), torch.tensor([257]))",
            ("9.0625", "0.0611538"),
            "Keras casts the labels too, and 257 becomes 256; here labels stay integers",
            thread="keras #15012",
        ),
        Difference(
            "predictions (3, 1, 1) against targets (3, 4, 1)",
            "keras.losses.MeanSquaredError()(torch.zeros(3, 4, 1), torch.ones(3, 1, 1))",
            "lm.MSE()(torch.ones(3, 1, 1), torch.zeros(3, 4, 1))",
            ("1", "ShapeError"),
            "Keras broadcasts without a word",
        ),
        Difference(
            "a label of 3 for a yes or a no",
            "keras.losses.BinaryCrossentropy(from_logits=True)(torch.tensor([3.0]), torch.tensor([2.0]))",
            "lm.BinaryCrossEntropy()(torch.tensor([2.0]), torch.tensor([3.0]))",
            ("-3.87307", "TargetError"),
            "Keras computes what is below 0",
        ),
    ],
)
