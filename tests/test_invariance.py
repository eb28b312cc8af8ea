"""What must not change a loss, over random shapes, weights and masks: how a batch is cut, repeated, ordered, stored."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch.nn.functional import one_hot

import lossmith as lm
from batches import CATALOGUE, CLASSES, OF_NUMBERS, USERS, FocalZ, draw

settings.register_profile(
    "lossmith",
    deadline=None,
    derandomize=True,
    max_examples=8,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("lossmith")

LOSSES = [*CATALOGUE, *USERS]
each_loss = pytest.mark.parametrize("loss", LOSSES, ids=repr)
OF_CLASSES = [x for x in LOSSES if x.HAS_CLASSES]
sizes, seeds = st.integers(1, 7), st.integers(0, 2**16)
weights = st.lists(st.sampled_from([0, 1, 2, 3, 5]), min_size=7, max_size=7)


def close(got, wanted) -> None:
    torch.testing.assert_close(torch.as_tensor(got), torch.as_tensor(wanted), rtol=1e-12, atol=1e-14)


def slope(loss, x, t, **options):
    leaf = x.detach().clone().requires_grad_()
    loss(leaf, t, **options).backward()
    return leaf.grad


@each_loss
@given(n=sizes, seed=seeds, counts=weights)
def test_an_integer_weight_is_a_repeated_row(loss, n, seed, counts):
    x, t = draw(loss, n=n, seed=seed)
    counts = torch.tensor(counts[:n])
    repeated = x.repeat_interleave(counts, 0), t.repeat_interleave(counts, 0)
    for reduction in ("mean", "sum"):
        close(loss(x, t, weight=counts, reduction=reduction), loss(*repeated, reduction=reduction))
    each = slope(loss, *repeated)
    summed = torch.zeros_like(x).index_add(0, torch.arange(n).repeat_interleave(counts), each)
    close(slope(loss, x, t, weight=counts), summed)


@each_loss
@given(n=sizes, seed=seeds, kept=st.lists(st.booleans(), min_size=7, max_size=7))
def test_a_mask_drops_rows(loss, n, seed, kept):
    x, t = draw(loss, n=n, seed=seed)
    mask = torch.tensor(kept[:n])
    weight = torch.linspace(0.5, 2, n, dtype=torch.float64)
    for options, of_rest in (({}, {}), ({"weight": weight}, {"weight": weight[mask]})):
        close(loss(x, t, mask=mask, **options), loss(x[mask], t[mask], **of_rest))
        close(slope(loss, x, t, mask=mask, **options)[mask], slope(loss, x[mask], t[mask], **of_rest))
    assert not slope(loss, x, t, mask=mask)[~mask].any()


@each_loss
@given(n=st.integers(2, 7), seed=seeds, cut=st.integers(1, 6), counts=weights)
def test_two_halves_with_a_normalizer_are_the_whole(loss, n, seed, cut, counts):
    """Gradient accumulation: each half divided by the weight of both."""
    x, t = draw(loss, n=n, seed=seed)
    weight = torch.tensor(counts[:n], dtype=torch.float64)
    if weight.sum() == 0:
        return
    cut = min(cut, n - 1)
    halves = [(x[s], t[s], weight[s]) for s in (slice(None, cut), slice(cut, None))]
    whole = loss(x, t, weight=weight)
    order = loss.MEAN_ORDER  # it is the powers that add up
    parts = [loss(a, b, weight=w, normalizer=weight.sum()) for a, b, w in halves]
    close(sum(part**order for part in parts) ** (1 / order), whole)
    slopes = [slope(loss, a, b, weight=w, normalizer=float(weight.sum())) for a, b, w in halves]
    slopes = [s * (part / whole) ** (order - 1) for s, part in zip(slopes, parts, strict=True)]
    close(torch.cat(slopes), slope(loss, x, t, weight=weight))
    close(loss(x, t, weight=weight, normalizer=1.0), loss(x, t, weight=weight, reduction="sum"))


@each_loss
@given(n=sizes, seed=seeds, scale=st.sampled_from([0.1, 3.0, 1e6]))
def test_the_mean_does_not_see_the_scale_of_weights(loss, n, seed, scale):
    x, t = draw(loss, n=n, seed=seed)
    weight = torch.linspace(0.2, 1.7, n, dtype=torch.float64)
    close(loss(x, t, weight=scale * weight), loss(x, t, weight=weight))
    each = loss(x, t, reduction="none")
    mean = (weight * each**loss.MEAN_ORDER).sum() / weight.sum()
    close(loss(x, t, weight=weight), mean ** (1 / loss.MEAN_ORDER))
    close(loss(x, t, weight=weight, reduction="none"), weight * each)


@each_loss
@given(n=sizes, seed=seeds)
def test_the_order_of_samples_does_not_matter(loss, n, seed):
    x, t = draw(loss, n=n, seed=seed)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    close(loss(x[order], t[order], reduction="none"), loss(x, t, reduction="none")[order])
    close(loss(x[order], t[order]), loss(x, t))


@pytest.mark.parametrize("loss", [x for x in OF_CLASSES if x.traits.symmetric or x in USERS], ids=repr)
@given(n=sizes, seed=seeds)
def test_the_order_of_classes_does_not_matter(loss, n, seed):
    x, t = draw(loss, n=n, seed=seed)
    order = torch.randperm(CLASSES, generator=torch.Generator().manual_seed(seed))
    class_weight = torch.tensor([0.5, 2.0, 1.0, 0.25], dtype=torch.float64)
    moved = order.argsort()[t] if t.dim() == 1 else t[:, order]
    weighted = ({"class_weight": class_weight}, {"class_weight": class_weight[order]})
    sees_all_labels = isinstance(loss, lm.Axiswise) and loss._target_coding().name == "multi-label"
    for options, of_moved in (({}, {}), *([] if sees_all_labels else [weighted])):
        close(loss(x[:, order], moved, **of_moved), loss(x, t, **options))
        close(loss.gradient(x[:, order], moved, **of_moved), loss.gradient(x, t, **options)[:, order])


@pytest.mark.parametrize(
    "loss",
    [x for x in OF_CLASSES if not isinstance(x, lm.Classwise | lm.Axiswise | FocalZ)],
    ids=repr,
)
@given(n=sizes, seed=seeds, shift=st.sampled_from([-1e4, -3.0, 1e4]))
def test_a_softmax_does_not_see_a_shift_of_all_scores(loss, n, seed, shift):
    x, t = draw(loss, n=n, seed=seed)
    x = (x * 2**20).round() / 2**20  # so that the shift rounds nothing away
    assert torch.equal(loss(x + shift, t, reduction="none"), loss(x, t, reduction="none"))
    assert torch.equal(loss.gradient(x + shift, t), loss.gradient(x, t))


@pytest.mark.parametrize("loss", OF_NUMBERS, ids=repr)
@given(shape=st.lists(st.integers(0, 3), max_size=4), seed=seeds)
def test_elements_may_have_any_shape(loss, shape, seed):
    x, t = draw(loss, n=int(np.prod(shape)), seed=seed)
    a, b = x.reshape(shape), t.reshape(shape)
    close(loss(a, b), loss(x, t))
    assert torch.equal(loss(a, b, reduction="none").flatten(), loss(x, t, reduction="none"))
    assert torch.equal(loss.gradient(a, b).flatten(), loss.gradient(x, t))
    assert torch.equal(loss.curvature(a, b).flatten(), loss.curvature(x, t))


@pytest.mark.parametrize("loss", OF_CLASSES, ids=repr)
@given(inner=st.lists(st.integers(1, 3), min_size=1, max_size=3), axis=st.integers(0, 3), seed=seeds)
def test_the_classes_may_lie_on_any_axis(loss, inner, axis, seed):
    x, t = draw(loss, n=int(np.prod(inner)), seed=seed)
    axis = min(axis, len(inner))
    moved = x.reshape(*inner, CLASSES).movedim(-1, axis)
    target = t.reshape(inner) if t.dim() == 1 else t.reshape(*inner, CLASSES).movedim(-1, axis)
    for a in (axis, axis - len(inner) - 1):
        got = loss(moved, target, axis=a, reduction="none")
        assert torch.equal(got.flatten(), loss(x, t, reduction="none"))
        back = loss.gradient(moved, target, axis=a).movedim(axis, -1).reshape(-1, CLASSES)
        close(back, loss.gradient(x, t))
        bend = loss.curvature(moved, target, axis=a).movedim(axis, -1).reshape(-1, CLASSES)
        close(bend, loss.curvature(x, t))


def test_predictions_of_a_likelihood_may_lie_on_any_axis():
    loss = USERS[0]
    x, t = draw(loss)
    assert torch.equal(loss(x.T, t, axis=0, reduction="none"), loss(x, t, reduction="none"))
    assert torch.equal(loss.gradient(x.T, t, axis=0).T, loss.gradient(x, t))
    assert torch.equal(loss.curvature(x.T, t, axis=0).T, loss.curvature(x, t))


@each_loss
def test_nothing_of_the_callers_is_overwritten(loss):
    n = 5
    x, t = (v.numpy() for v in draw(loss, n=n))
    arrays = {
        "prediction": x,
        "target": t,
        "weight": np.linspace(0, 1, n),
        "mask": np.arange(n) % 2 == 0,
    }
    before = {k: v.tobytes() for k, v in arrays.items()}
    for array in arrays.values():
        array.flags.writeable = False
    for call in (loss, loss.gradient, loss.value_and_gradient, loss.best_constant, loss.curvature):
        if call == loss.best_constant:
            if loss._target_coding().task == "sequence":
                continue  # has none, as it depends on the number of frames
            call(t, weight=arrays["weight"] + 1)
        elif not (isinstance(loss, lm.Setwise) and call == loss.curvature):
            call(**arrays)
    assert {k: v.tobytes() for k, v in arrays.items()} == before
    tensors = draw(loss, n=n)
    copies = [v.clone() for v in tensors]
    slope(loss, *tensors, mask=torch.tensor(arrays["mask"]))
    assert all(torch.equal(a, b) for a, b in zip(tensors, copies, strict=True))


@each_loss
def test_results_share_no_memory_with_what_was_given(loss):
    x, t = (v.numpy() for v in draw(loss))
    for result in (loss(x, t, reduction="none"), *loss.value_and_gradient(x, t)):
        assert not np.shares_memory(result, x)
        assert not np.shares_memory(result, t)


@each_loss
@pytest.mark.parametrize("layout", ["reversed", "strided", "big-endian", "fortran"])
def test_arrays_may_be_stored_in_any_way(loss, layout):
    x, t = (v.numpy() for v in draw(loss))
    store = {
        "reversed": lambda v: v[::-1].copy()[::-1],
        "strided": lambda v: np.repeat(v, 2, axis=0)[::2],
        "big-endian": lambda v: v.astype(v.dtype.newbyteorder(">")),
        "fortran": np.asfortranarray,
    }[layout]
    close(loss(store(x), store(t), reduction="none"), loss(x, t, reduction="none"))
    close(loss.gradient(store(x), store(t)), loss.gradient(x, t))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("class_weight", [None, torch.tensor([0.5, 2.0, 0.0, 3.0]).double()], ids=["even", "weighted"])
@given(n=sizes, seed=seeds)
def test_labels_may_be_written_as_indices_or_as_one_hot_rows(n, seed, class_weight, reduction):
    x, indices = draw(lm.SparseCategoricalCrossEntropy(), n, seed=seed)
    rows, options = one_hot(indices, CLASSES), {"class_weight": class_weight, "reduction": reduction}
    for smoothing in (0.0, 0.1):
        loss = lm.CrossEntropy(label_smoothing=smoothing)
        close(loss(x, rows, **options), loss(x, indices, **options))
    close(lm.KLDivergence()(x, rows, **options), lm.CrossEntropy()(x, indices, **options))
