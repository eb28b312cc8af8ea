"""What users of other libraries have lost days with, one test a number, each with a thread in which they say so.

Each shows that ours is right; where it is cheap, also what the framework does. The numbers that no test has are
accounted for at the end of the file.
"""

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

import lossmith as lm
from batches import CATALOGUE, OF_NUMBERS, SoftDice, draw
from lossmith.errors import DtypeError, PredictionError, ShapeError, TargetError

close = torch.testing.assert_close
every_loss = pytest.mark.parametrize("loss", CATALOGUE, ids=repr)


def normal(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def slope(call, prediction: Tensor, upstream: Tensor | None = None) -> Tensor:
    leaf = prediction.detach().clone().requires_grad_()
    call(leaf).backward(upstream)
    return leaf.grad


# Shapes and axes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", OF_NUMBERS, ids=repr)
def test_pain_01_a_column_is_not_compared_with_a_row(loss):
    """pytorch #16045, #19699: (N, 1) against (N,) gives N × N pairs and one plausible number."""
    x, t = draw(loss, 5)
    for prediction, target in ((x.unsqueeze(-1), t), (x, t.unsqueeze(-1))):
        with pytest.raises(ShapeError, match=r"nothing is broadcast: write \w+\.squeeze\(-1\)"):
            loss(prediction, target)
    unlike = F.poisson_nll_loss(torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 2.0]))  # without a warning
    assert not torch.isclose(unlike, F.poisson_nll_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0])))


def test_pain_02_the_class_axis_is_said_and_never_guessed():
    """pytorch #29754: classes on axis 1 alone, so that (B, T, C) runs silently wrong where T equals C."""
    scores, labels = normal(2, 5, 5), torch.tensor([[0, 1, 2, 3, 4], [4, 3, 2, 1, 0]])
    with pytest.raises(ShapeError, match=r"axis=-1 for tokens"):
        lm.CrossEntropy()(scores, labels)
    right = F.cross_entropy(scores.reshape(10, 5), labels.reshape(10))
    close(lm.CrossEntropy()(scores, labels, axis=-1), right)
    assert not torch.isclose(F.cross_entropy(scores, labels), right)


def test_pain_03_each_element_has_its_own_scale_and_its_own_loss():
    """pytorch #53392, #147521, #176244: which shapes may the variance have, and why is "none" a number a row?"""
    mean, scale, t = normal(4, 3), normal(4, 3, seed=1).exp(), normal(4, 3, seed=2)
    pairs = torch.stack([mean, scale.log()], -1)
    ours = lm.GaussianNLL()(pairs, t, reduction="none")
    assert ours.shape == (4, 3)
    close(ours, -torch.distributions.Normal(mean, scale).log_prob(t) - torch.tensor(torch.pi).mul(2).log() / 2)
    one_scale = torch.stack([mean, scale[0, 0].log().expand(4, 3)], -1)
    close(lm.GaussianNLL()(one_scale, t), F.gaussian_nll_loss(mean, t, float(scale[0, 0] ** 2)))
    with pytest.raises(ShapeError, match=r"reads 2 predictions an element: prediction of shape \(4, 3, 2\)"):
        lm.GaussianNLL()(mean, t)


def test_pain_04_weights_of_elements_and_of_positives_cannot_be_mixed_up():
    """pytorch #82496, #25174: what shape may weight have, and what shape pos_weight?"""
    x, t = normal(4, 3), torch.ones(4, 3)
    with pytest.raises(ShapeError, match=r"weight has shape \(3,\), but the unreduced loss has shape \(4, 3\)"):
        lm.BinaryCrossEntropy()(x, t, weight=torch.ones(3))
    ours = lm.BinaryCrossEntropy(pos_weight=3.0)(x, t, reduction="none")
    close(ours, 3 * lm.BinaryCrossEntropy()(x, t, reduction="none"))


# Scores and probabilities ---------------------------------------------------------------------------------------------


def test_pain_05_a_softmax_before_the_loss_can_be_said():
    """lightning-bolts #654: after a second softmax the loss of a perfect answer cannot go below 0.551."""
    p = torch.tensor([[1.0, 0.0, 0.0]])
    assert float(lm.CrossEntropy()(p, torch.tensor([0]), given="probabilities")) == 0
    assert float(F.cross_entropy(p, torch.tensor([0]))) == pytest.approx(0.551, abs=1e-3)


def test_pain_06_scores_are_the_default_and_false_probabilities_are_refused():
    """tf-keras #47, keras #15271: logits where probabilities are the default are rescaled in silence."""
    scores = torch.tensor([[2.0, -1.0, 0.5]])
    assert float(lm.CrossEntropy()(scores, torch.tensor([0]))) == pytest.approx(0.241311, abs=1e-6)
    with pytest.raises(PredictionError, match="runs from -1 to 2"):
        lm.CrossEntropy()(scores, torch.tensor([0]), given="probabilities")
    with pytest.raises(PredictionError, match="do not sum to 1"):
        lm.CrossEntropy()(torch.tensor([[0.9, 0.9, 0.9]]), torch.tensor([0]), given="probabilities")


def test_pain_07_the_direction_of_a_divergence_is_a_word_and_its_target_is_looked_at():
    """pytorch #57459, #7337, #69230: which argument is the truth, which one a logarithm, and what of a target of −1?"""
    p, t = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.9, 0.1]])
    forward = (t * (t / p).log()).sum()
    backward = (p * (p / t).log()).sum()
    close(lm.KLDivergence()(p, t, given="probabilities"), forward)
    close(lm.KLDivergence()(p.log(), t, given="log_probabilities"), forward)
    close(lm.KLDivergence()(p.log() + 7, t.log(), target_given="log_probabilities"), forward)
    close(lm.KLDivergence(direction="reverse")(p, t, given="probabilities"), backward)
    with pytest.raises(TargetError, match="distributions over the classes"):
        lm.KLDivergence()(p, torch.tensor([[1.5, -0.5]]))


def test_pain_08_the_mean_of_a_divergence_is_over_the_distributions():
    """pytorch #2259: "mean" divides by the classes too; sparseml #674: "batchmean" not by the tokens."""
    scores, t = normal(2, 3, 4), normal(2, 3, 4, seed=1).softmax(-1)
    one = lm.KLDivergence()(scores[0, 0], t[0, 0])
    close(lm.KLDivergence()(scores[0, 0].expand(2, 3, 4), t[0, 0].expand(2, 3, 4), axis=-1), one)
    close(lm.KLDivergence()(scores, t, axis=-1), F.kl_div(scores.log_softmax(-1), t, reduction="sum") / 6)


# Reduction, weights, masks --------------------------------------------------------------------------------------------


def test_pain_09_ignored_elements_are_not_in_the_mean():
    """smp #852, tensorflow #34491: half of the labels ignored gives half of the loss."""
    x, t = torch.zeros(2, 3, 4, 4), torch.full((2, 4, 4), 255)
    t[0] = 1
    close(lm.CrossEntropy()(x, t, axis=1, ignore_index=255), lm.CrossEntropy()(x[:1], t[:1], axis=1))
    binary = torch.where(t == 255, -1, t)
    close(lm.BinaryCrossEntropy()(x[:, 0], binary, ignore_index=-1), torch.tensor(2.0).log())


@every_loss
@pytest.mark.parametrize("dtype", [torch.float64, torch.float16], ids=str)
def test_pain_10_nothing_left_is_zero_with_a_gradient_of_zero(loss, dtype):
    """pytorch #70348: the mean of an empty set is NaN; ultralytics PR #25097: and ``sum() * 0`` overflows in half."""
    x, t = draw(loss, 3)
    x = (x.abs() + 6e4).to(dtype)  # their sum is beyond float16
    leaf = x.clone().requires_grad_()
    shape = loss(draw(loss, 3)[0], t, reduction="none").shape
    value = loss(leaf, t, mask=torch.zeros(shape, dtype=torch.bool))
    value.backward()
    assert value == 0
    assert torch.equal(leaf.grad, torch.zeros_like(x))
    assert F.cross_entropy(torch.zeros(1, 2), torch.tensor([-100])).isnan()


def test_pain_11_class_weights_divide_by_their_own_sum_however_labels_are_written():
    """pytorch #8062, #107680: indices divide by Σw, one-hot rows by N; #50528: for one sample a weight does nothing."""
    x, t, weight = normal(9, 3), torch.arange(9) % 3, torch.tensor([0.5, 2.0, 3.0], dtype=torch.float64)
    rows = F.one_hot(t, 3)
    each = -x.log_softmax(-1).gather(1, t[:, None])[:, 0]
    wanted = (weight[t] * each).sum() / weight[t].sum()
    for target in (t, rows):
        close(lm.CrossEntropy()(x, target, class_weight=weight), wanted)
        close(lm.CrossEntropy()(x, target, class_weight=weight, normalizer=9), (weight[t] * each).mean())
    assert F.cross_entropy(x, rows.double(), weight=weight) > 1.5 * wanted
    close(lm.CrossEntropy()(x[1:2], t[1:2], class_weight=weight, normalizer=1), 2 * each[1])


def test_pain_12_smoothing_class_weights_and_ignored_labels_go_together():
    """pytorch #104776, #91383: three options whose product was out of bounds once, and is said nowhere."""
    x, t = normal(6, 3), torch.tensor([0, 2, -100, 1, 1, -100])
    weight, smoothing = torch.tensor([0.5, 2.0, 0.0], dtype=torch.float64), 0.3
    total, amount = 0.0, 0.0
    for row, label in zip(x, t.tolist(), strict=True):
        if label >= 0:
            log_p = row.log_softmax(0)
            total -= (1 - smoothing) * weight[label] * log_p[label] + smoothing / 3 * (weight * log_p).sum()
            amount += weight[label]
    ours = lm.CrossEntropy(label_smoothing=smoothing)(x, t, class_weight=weight, ignore_index=-100)
    close(ours, total / amount)


def test_pain_13_a_class_is_left_out_by_its_score_and_a_row_by_its_label():
    """pytorch #63004: ignore_index removes the row alone; a class of score −∞ has no part in the softmax."""
    x, t = normal(4, 3), torch.tensor([0, 1, 1, 0])
    without = x.clone()
    without[:, 2] = -torch.inf
    close(lm.CrossEntropy()(without, t), lm.CrossEntropy()(x[:, :2], t))
    gradient = slope(lambda s: lm.CrossEntropy()(s, t), without)
    close(gradient[:, :2], slope(lambda s: lm.CrossEntropy()(s, t), x[:, :2]))
    assert torch.equal(gradient[:, 2], torch.zeros(4, dtype=torch.float64))


@every_loss
def test_pain_14_every_loss_takes_weights_and_one_formula_holds_for_all(loss):
    """pytorch #264, #132465: three losses of torch's have weights; a weight of 10 for all multiplies some by 10."""
    x, t = draw(loss, 4)
    each, order = loss(x, t, reduction="none"), loss.MEAN_ORDER
    weight = torch.rand(each.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    close(loss(x, t, weight=weight) ** order, (weight * each**order).sum() / weight.sum())
    close(loss(x, t, weight=torch.full(each.shape, 10.0)), loss(x, t))


@every_loss
def test_pain_15_a_missing_target_has_a_gradient_of_zero(loss):
    """pytorch #121416: a mask after the loss still gives NaN, in the gradient of MSE and Huber."""
    x, t = draw(loss, 4)
    if not t.is_floating_point():
        t = t.clone()
        t[0] = 10**6  # what an integer has for a NaN
    else:
        t[0] = torch.nan
    mask = torch.ones(loss(x, draw(loss, 4)[1], reduction="none").shape, dtype=torch.bool)
    mask[0] = False
    close(loss(x, t, mask=mask), loss(x[1:], t[1:]))
    gradient = slope(lambda s: loss(s, t, mask=mask), x)
    assert torch.equal(gradient[0], torch.zeros_like(gradient[0]))
    assert gradient.isfinite().all()


def test_pain_16_gradient_accumulation_has_one_denominator():
    """transformers PR #34191: a mean of means of micro-batches that have different counts of tokens."""
    x, t = normal(8, 5), torch.tensor([0, 1, -100, -100, 2, 3, 4, -100])
    loss, present = lm.CrossEntropy(), int((t != -100).sum())
    whole = slope(lambda s: loss(s, t, ignore_index=-100), x)
    parts = [
        slope(lambda s, part=part: loss(s, t[part], ignore_index=-100, normalizer=present), x[part])
        for part in (slice(0, 4), slice(4, 8))
    ]
    close(torch.cat(parts), whole)


def test_pain_17_ranks_share_a_denominator_that_is_a_tensor():
    """transformers #34242, torchtitan #1842: each rank divides by its own tokens, and the mean of ranks is wrong."""
    x, t = normal(6, 5), torch.tensor([0, 1, 2, 3, 4, 0])
    ranks, loss = (slice(0, 1), slice(1, 6)), lm.CrossEntropy()
    tokens = torch.tensor(6.0)  # as all_reduce leaves it, on every rank
    total = sum(loss(x[rank], t[rank], normalizer=tokens) for rank in ranks)
    close(total, loss(x, t))
    assert not torch.isclose(sum(loss(x[rank], t[rank]) for rank in ranks) / 2, loss(x, t))


def test_pain_19_a_sum_over_features_and_mean_over_samples_is_one_call():
    """pytorch/examples #234: the two terms of a VAE, one a mean over pixels, the other a sum over dimensions."""
    x, t = normal(4, 3, 5), normal(4, 3, 5, seed=1)
    close(lm.MSE()(x, t, normalizer=len(x)), ((x - t) ** 2).flatten(1).sum(1).mean())


# Numerics -------------------------------------------------------------------------------------------------------------


def test_pain_20_a_hopeless_answer_keeps_its_gradient_and_an_impossible_one_its_infinity():
    """pytorch #103316: after a clamp at −100 the gradient is gone; #49844: a score of −∞ gives NaN."""
    hopeless, yes = torch.tensor([-110.0]), torch.tensor([1.0])
    assert slope(lambda s: lm.BinaryCrossEntropy()(s, yes), hopeless) == -1
    assert slope(lambda s: F.binary_cross_entropy(s.sigmoid(), yes), hopeless) == 0
    impossible = torch.tensor([-torch.inf])
    assert lm.BinaryCrossEntropy()(impossible, yes) == torch.inf
    assert lm.BinaryCrossEntropy()(impossible, 1 - yes) == 0
    assert F.binary_cross_entropy_with_logits(impossible, 1 - yes).isnan()


@every_loss
def test_pain_21_autocast_changes_nothing(loss):
    """pytorch #61098: binary cross-entropy refuses autocast, others run in half without a word."""
    x, t = draw(loss, 4, dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = loss(x, t)
    close(value, loss(x, t), rtol=0, atol=0)
    p, yes = torch.tensor([0.3]), torch.tensor([1.0])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        close(lm.BinaryCrossEntropy()(p, yes, given="probabilities"), -p.log()[0])


def test_pain_22_a_mask_of_half_a_thousand_squared_in_half_precision():
    """smp #463: the sums of Dice overflow float16. A set is computed in float32, whoever wrote its loss."""
    scores, labels = torch.full((1, 512, 512), 3.0), torch.ones(1, 512, 512)
    half = SoftDice()(scores.half(), labels.half())
    assert half.dtype == torch.float32
    close(half, SoftDice()(scores, labels))


@every_loss
def test_pain_23_the_value_of_a_loss_in_half_precision_is_float32(loss):
    """optax #1020, Modalities PR #464: a loss of 36 in bfloat16 moves in steps of 0.25."""
    x, t = draw(loss, 4, dtype=torch.bfloat16)
    value = loss(x, t)
    assert value.dtype == torch.float32
    exact = t.double() if t.is_floating_point() else t
    close(value.double(), loss(x.double(), exact), rtol=1e-4, atol=1e-5)
    assert slope(lambda s: loss(s, t), x).dtype == torch.bfloat16


def test_pain_24_the_gradient_of_a_vocabulary_needs_no_memory_of_its_own():
    """pytorch #124480: the scores of a vocabulary once more, as their gradient."""
    x, t = normal(3, 50), torch.tensor([4, 44, 0])
    wanted = slope(lambda s: lm.CrossEntropy()(s, t), x)
    hidden = x.clone().requires_grad_()
    scores = hidden * 1  # the last layer
    place = scores.data_ptr()
    lm.CrossEntropy()(scores, t, inplace=True).backward()
    assert scores.data_ptr() == place
    close(scores.detach(), wanted)
    close(hidden.grad, wanted)


@every_loss
def test_pain_25_each_row_has_its_own_upstream_gradient(loss):
    """Liger #488, #968, PR #1298: "none" gave a scalar, then multiplied all rows by the first row's gradient."""
    x, t = draw(loss, 4)
    each = loss(x, t, reduction="none")
    assert len(each) == 4
    upstream = torch.arange(1.0, each.numel() + 1, dtype=torch.float64).reshape(each.shape)
    got = slope(lambda s: loss(s, t, reduction="none"), x, upstream)
    for i in range(4):
        only = torch.zeros_like(upstream)
        only[i] = upstream[i]
        close(got[i], slope(lambda s, only=only: loss(s, t, reduction="none"), x, only)[i])


@pytest.mark.parametrize("loss", [x for x in CATALOGUE if isinstance(x, lm.Residual)], ids=repr)
def test_pain_26_the_gradient_of_a_perfect_fit_is_zero(loss):
    """sentence-transformers PR #4033: √ of a distance of 0 has a gradient of NaN."""
    x = torch.tensor([0.0, 3.0, -2.5])
    gradient = slope(lambda s: loss(s, x), x)
    assert gradient.isfinite().all()
    if loss.traits.symmetric:
        assert torch.equal(gradient, torch.zeros(3))
    assert slope(lambda s: ((s - x) ** 2).sum().sqrt(), x).isnan().all()


def test_pain_27_a_class_of_probability_zero_is_no_nan_in_either_direction():
    """optax #896, PR #1762: 0·log 0, whose value was mended and whose derivative was not."""
    scores, t = torch.tensor([[0.0, -torch.inf, 1.0]]), torch.tensor([[0.3, 0.0, 0.7]])
    for loss in (lm.CrossEntropy(), lm.KLDivergence()):
        value, tangent = torch.func.jvp(lambda s, loss=loss: loss(s, t), (scores,), (torch.tensor([[1.0, 0.0, 0.0]]),))
        wanted = loss(scores[:, [0, 2]], t[:, [0, 2]])
        close(value, wanted)
        close(tangent, scores.softmax(-1)[0, 0] - 0.3)
        close(slope(lambda s, loss=loss: loss(s, t), scores), scores.softmax(-1) - t)
    assert F.cross_entropy(scores, t).isnan()


def test_pain_28_a_sequence_is_spelt_from_raw_scores_with_every_derivative():
    """pytorch #14335, #82545, #70108, #78151: inf and NaN, a gradient that assumes a log-softmax, no second one."""
    scores, labels = 3 * normal(2, 4, 3), torch.tensor([[1, 2], [2, -1]])
    log_p = scores.log_softmax(-1)
    wanted = F.ctc_loss(
        log_p.transpose(0, 1), labels.clamp(0), torch.tensor([4, 4]), torch.tensor([2, 1]), reduction="none"
    )
    close(lm.CTC()(scores, labels, reduction="none"), wanted)
    raw = F.ctc_loss(
        scores.transpose(0, 1), labels.clamp(0), torch.tensor([4, 4]), torch.tensor([2, 1]), reduction="none"
    )
    assert not torch.isclose(raw, wanted).any()  # taken without a word
    leaf = scores.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda s: lm.CTC()(s, labels), leaf)
    assert torch.autograd.gradgradcheck(lambda s: lm.CTC()(s, labels), leaf)
    impossible = torch.tensor([[1, 1, 1, 1], [2, 2, 2, -1]])  # each repeat needs a blank between
    assert lm.CTC()(scores, impossible) == torch.inf
    absent = lm.CTC(impossible="absent")
    assert absent(scores, impossible) == 0
    assert torch.equal(slope(lambda s: absent(s, impossible), scores), torch.zeros_like(scores))
    with pytest.raises(TargetError, match="no class"):
        lm.CTC()(scores, torch.tensor([[7, 1], [1, -1]]))


# Formulas -------------------------------------------------------------------------------------------------------------


def test_pain_29_alpha_weighs_positives_and_the_focus_is_differentiated():
    """kornia #2371, smp #808: on which side is α? And is the gradient that of the formula?"""
    x, t, alpha, gamma = normal(6), torch.tensor([1.0, 0.0] * 3).double(), 0.25, 2.0

    def paper(s: Tensor) -> Tensor:
        p_t = torch.where(t == 1, s.sigmoid(), 1 - s.sigmoid())
        return (torch.where(t == 1, alpha, 1 - alpha) * -((1 - p_t) ** gamma) * p_t.log()).mean()

    loss = lm.BinaryFocal(gamma=gamma, alpha=alpha)
    close(loss(x, t), paper(x))
    close(slope(lambda s: loss(s, t), x), slope(paper, x))
    several, labels = normal(5, 3), torch.tensor([0, 2, 1, 1, 0])

    def paper_of_classes(s: Tensor) -> Tensor:
        p = s.softmax(-1).gather(1, labels[:, None])
        return (-((1 - p) ** gamma) * p.log()).mean()

    close(lm.Focal(gamma=gamma)(several, labels), paper_of_classes(several))
    close(slope(lambda s: lm.Focal(gamma=gamma)(s, labels), several), slope(paper_of_classes, several))


def test_pain_30_huber_and_smooth_l1_differ_by_their_parameter():
    """torch/nn #579, pytorch #48595: two names, one parameter, two numbers: 1.375 and 2.75."""
    assert float(lm.Huber(delta=0.5)(3.0, 0.0)) == 1.375
    assert float(lm.SmoothL1(beta=0.5)(3.0, 0.0)) == 2.75


def test_pain_31_a_class_that_does_not_count_stays_in_the_softmax():
    """MONAI #5413, PR #8947: the background's channel is cut off before the softmax, so that it cannot be predicted."""
    x, t = normal(6, 3), torch.tensor([0, 1, 2, 0, 1, 2])
    ours = lm.CrossEntropy()(x, t, class_weight=torch.tensor([0.0, 1.0, 1.0]).double())
    foreground = t > 0
    close(ours, F.cross_entropy(x[foreground], t[foreground]))
    assert (slope(lambda s: lm.CrossEntropy()(s, t, mask=foreground), x)[foreground, 0] > 0).all()


# Errors ---------------------------------------------------------------------------------------------------------------


def test_pain_32_a_label_out_of_range_is_named_and_kills_nothing():
    """pytorch #66076: a device-side assert that names no label and takes the process with it."""
    with pytest.raises(TargetError, match="1 labels are no class index from 0 to 2, first 3; check the number of"):
        lm.CrossEntropy()(torch.zeros(2, 3), torch.tensor([0, 3]))
    # where the numbers cannot be looked at (on a GPU, under a transform) its row is NaN, and the others are right
    rows = torch.func.vmap(lambda s, t: lm.CrossEntropy()(s[None], t[None]))
    found = rows(torch.zeros(3, 3), torch.tensor([0, 3, -5]))
    assert found.isnan().tolist() == [False, True, True]
    close(found[0], torch.tensor(3.0).log())


@pytest.mark.parametrize("dtype", [torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64], ids=str)
def test_pain_33_labels_of_any_integer_type_are_read(dtype):
    """pytorch #1842: int32 labels are refused."""
    x, t = normal(3, 4), torch.tensor([0, 3, 1])
    close(lm.CrossEntropy()(x, t.to(dtype)), lm.CrossEntropy()(x, t))
    close(lm.BinaryCrossEntropy()(x[0, :3], (t > 0).to(dtype)), lm.BinaryCrossEntropy()(x[0, :3], (t > 0).double()))
    with pytest.raises(DtypeError, match=r"write target\.long\(\)"):
        lm.CrossEntropy()(x, t.double())


# The options of other libraries ---------------------------------------------------------------------------------------


@every_loss
def test_note_1_a_sum_is_a_sum(loss):
    """MONAI's focal loss: reduction="sum" takes a mean over the pixels first, 3.83 where the sum is 245.07."""
    x, t = draw(loss, 4)
    order = loss.MEAN_ORDER
    close(loss(x, t, reduction="sum") ** order, (loss(x, t, reduction="none") ** order).sum())


@every_loss
def test_note_2_a_weighted_mean_of_equal_losses_is_that_loss(loss):
    """LossFunctions.jl: mean(w·l)/Σw, so that a loss of 1 everywhere has a mean of 1/N."""
    x, t = draw(loss, 1)
    one = loss(x, t)
    several = loss(x.expand(4, *x.shape[1:]), t.expand(4, *t.shape[1:]), weight=_weights(loss, x, t))
    close(several, one)


def _weights(loss: lm.Loss, x: Tensor, t: Tensor) -> Tensor:
    shape = loss(x, t, reduction="none").shape
    rows = torch.tensor([0.5, 2.0, 3.0, 1.0], dtype=torch.float64)
    return rows.reshape(4, *([1] * (len(shape) - 1))).expand(4, *shape[1:])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_note_6_class_indices_are_never_cast(dtype):
    """keras #15012, and again in Keras 3: in bfloat16 the classes 257 and 999 become 256 and 1000."""
    labels = torch.tensor([257, 301, 513, 771, 999])
    scores = torch.full((5, 1000), -9.0).scatter(1, labels[:, None], 9.0).to(dtype)
    assert lm.CrossEntropy()(scores, labels) < 1e-4


# What torch takes without a word (rows that sum to 13, labels 0 and 1 for −1 and +1, scores as log-probabilities, an
# empty batch) is among the differences of tests/peers/torch_.py, which test_peers.py holds, both sides of it.
#
# Without a test here, and why:
# 18  contrastive losses across ranks: there are none yet
# notes 3 and 5: there are no losses that wrap losses, and none that turns probabilities back into logits;
# note 4 is number 9
