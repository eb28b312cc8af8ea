"""What the probes measure with, each by itself: on losses and models of which the answer is known."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import lossmith as lm
from lossmith.auditing.elements import Elements
from lossmith.auditing.head import feature_axis, unmoved
from lossmith.auditing.pull import pulls_of_labels, share_of_their_own_places
from lossmith.auditing.scene import Scene
from lossmith.auditing.tracing import Lost

ROWS, TIME, CLASSES = 16, 10, 5


def before(lengths, time):
    return torch.arange(time) < lengths[:, None]


def each(scores, labels):
    return F.cross_entropy(scores.transpose(1, 2), labels, reduction="none")


def by_lengths(reduce):
    """A loss of (scores, (labels, lengths)) with the elements, and whether they count."""
    return lambda scores, target: reduce(each(scores, target[0]), before(target[1], scores.shape[1]))


@pytest.mark.parametrize(
    ("reduce", "is_wrong"),
    [
        (lambda losses, counts: (losses * counts).mean(), True),
        (lambda losses, counts: (losses * counts).mean(1).sum(), False),  # a sum over rows: no mean over all
        (lambda losses, counts: (losses * counts).sum() / counts.sum(), False),
        (lambda losses, counts: (losses * counts).sum(1).mean(), False),
        (lambda losses, counts: ((losses * counts).sum(1) / counts.sum(1)).mean(), False),
        (lambda losses, counts: (losses * counts).sum(), False),
    ],
)
@pytest.mark.parametrize("counted", ["lengths", "mask"])
def test_padding_in_the_mean_is_found_of_any_loss_and_of_no_other_mean(reduce, is_wrong, counted):
    torch.manual_seed(0)
    lengths, labels = torch.randint(3, TIME + 1, (ROWS,)), torch.randint(0, CLASSES, (ROWS, TIME))
    lengths[0] = TIME
    if counted == "lengths":
        loss, extra = by_lengths(reduce), lengths
    else:
        loss, extra = lambda scores, target: reduce(each(scores, target[0]), target[1]), before(lengths, TIME).float()
    report = lm.audit(nn.Linear(8, CLASSES), loss, torch.randn(ROWS, TIME, 8), (labels, extra))
    assert ("LM501" in {finding.code for finding in report.findings}) == is_wrong


def test_elements_are_taken_and_doubled_in_output_and_target():
    scores, labels = torch.randn(2, 3, 4), torch.arange(8).reshape(2, 4)  # classes on axis 1
    scene = Scene(lambda p, t: p.sum(), scores, (labels, torch.tensor([7, 9])), path=())
    elements = Elements(scene, 1)
    assert elements.shape == (2, 4)
    taken = elements.taken(torch.tensor([1, 1, 2, 3, 4, 5, 6, 0]))
    assert taken.target[0].tolist() == [[1, 1, 2, 3], [4, 5, 6, 0]]
    torch.testing.assert_close(taken.output[0, :, 0], scores[0, :, 1])
    torch.testing.assert_close(taken.output[1, :, 3], scores[0, :, 0])
    assert taken.target[1].tolist() == [7, 9]
    rows = elements.rows_taken(torch.tensor([1, 1]))
    assert rows.target[1].tolist() == [9, 9]
    assert elements.doubled((0,)).target[1].tolist() == [7, 9, 7, 9]
    assert elements.doubled((1,)).output.shape == (2, 3, 8)
    assert elements.doubled((1,)).target[0].shape == (2, 8)


@pytest.mark.parametrize(
    ("function", "by"),
    [
        (lambda x: x.exp().log1p(), "exponential"),
        (lambda x: torch.where(x > 50, x, x.exp()), "exponential"),  # the value is a number, its slope none
        (lambda x: -torch.sigmoid(-x).log(), "logarithm"),
        (lambda x: (x - 1000).clamp_min(0).log(), "logarithm"),
        (lambda x: F.softplus(x), ""),
        (lambda x: (0 * x).sqrt(), ""),
        (lambda x: x.masked_fill(x > 0, -torch.inf).logsumexp(0), ""),  # written, not computed
    ],
)
def test_where_a_number_is_lost(function, by):
    x = torch.tensor([200.0, 1.0], requires_grad=True)
    with Lost() as lost:
        torch.autograd.grad(function(x).sum(), x)
    assert lost.by == by


class Held(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 4)

    def forward(self, x, low):
        return torch.maximum(self.layer(x), low)


def test_what_a_clamp_in_the_model_holds_does_not_move():
    torch.manual_seed(0)
    model, x = Held(), torch.randn(6, 3)
    raw = model.layer(x).detach()
    low = torch.where(torch.arange(4) % 2 == 0, raw - 1, raw + 1)
    scene = Scene(nn.MSELoss(), model(x, low).detach(), torch.zeros(6, 4), model, (x, low), ())
    still = unmoved(scene)
    assert still[:, 1::2].all()
    assert not still[:, ::2].any()


@pytest.mark.parametrize("axis", [1, 2])
@pytest.mark.parametrize("is_right", [True, False])
def test_the_axis_of_the_last_layers_features_unless_a_softmax_runs_over_the_other(axis, is_right):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(3, 7)

        def forward(self, x):
            scores = self.layer(x) if axis == 2 else self.layer(x).transpose(1, 2)
            return scores.log_softmax(axis if is_right else 3 - axis)

    torch.manual_seed(0)
    model, x = Model(), torch.randn(4, 7, 3)
    kept = model.layer.bias.detach().clone()
    scene = Scene(nn.NLLLoss(), model(x).detach(), torch.zeros(4, 7), model, x, ())
    assert feature_axis(scene, (1, 2)) == (axis if is_right else None)
    assert torch.equal(model.layer.bias, kept)


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_where_a_label_pulls(axis):
    torch.manual_seed(0)
    scores, labels = torch.randn(4, 5, 5, 5), torch.randint(0, 5, (4, 5, 5))
    scene = Scene(lambda p, t: F.cross_entropy(p.movedim(axis, 1), t), scores, labels, path=())
    pulls = pulls_of_labels(scene, labels)
    assert [a for a in (1, 2, 3) if share_of_their_own_places(pulls, a) == 1] == [axis]
    mixed = Scene(lambda p, t: F.cross_entropy(p.reshape(-1, 5), t.reshape(-1)), scores, labels, path=())
    pulls = pulls_of_labels(mixed, labels)
    assert [a for a in (1, 2, 3) if share_of_their_own_places(pulls, a) == 1] == [3]


class Cubed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(3 * x.detach() ** 2)
        return x**3

    @staticmethod
    def backward(ctx, upstream):
        return upstream * ctx.saved_tensors[0]  # right, but a constant to a second derivative


class Potential(nn.Module):
    """An energy and the force that belongs to it, by an own cube or by torch's."""

    def __init__(self, cube):
        super().__init__()
        self.layer, self.cube = nn.Linear(2, 5), cube

    def forward(self, x):
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            energy = self.cube(self.layer(x)).sum(1)
            return energy, torch.autograd.grad(energy.sum(), x, create_graph=True)[0]


@pytest.mark.parametrize(("cube", "is_wrong"), [(Cubed.apply, True), (lambda x: x**3, False)])
def test_a_gradient_that_a_backward_pass_gets_wrong_and_a_model_left_as_it_was(cube, is_wrong):
    torch.manual_seed(0)
    model, x = Potential(cube), torch.randn(32, 2)
    before = {n: (p, p.data_ptr(), p.detach().clone()) for n, p in model.named_parameters()}
    target = torch.randn(32), torch.randn(32, 2)
    report = lm.audit(model, lambda said, true: sum(map(F.mse_loss, said, true)), x, target)
    assert ("LM805" in {finding.code for finding in report.findings}) == is_wrong
    for name, p in model.named_parameters():
        assert p is before[name][0]
        assert p.data_ptr() == before[name][1]
        assert p.dtype == torch.float32
        assert torch.equal(p, before[name][2])
    assert torch.get_default_dtype() == torch.float32


def test_a_loss_that_does_not_look_before_it_reads_is_given_no_label_beyond_those_there_are():
    given = []

    def loss(scores, target):
        labels, lengths = target
        if not labels.is_floating_point():  # numbers that are none of classes, any loss of classes refuses
            given.append((int(labels.min()), int(labels.max()), int(lengths.max())))
        return (F.cross_entropy(scores, labels, reduction="none") * (lengths > 2)).mean()

    torch.manual_seed(0)
    labels = torch.randint(1, 4, (32,))
    labels[:2] = torch.tensor([1, 3])
    lm.audit(nn.Linear(4, 9), loss, torch.randn(32, 4), (labels, torch.randint(1, 6, (32,))))
    assert min(low for low, _, _ in given) >= 0  # 0 is the first class of any loss
    assert max(high for _, high, _ in given) == 3
    assert max(length for _, _, length in given) <= 5


def _shifted(scores, labels):
    top = scores.max().detach()  # taken out, and added again
    return top + (scores - top).exp().sum().log() - scores.gather(1, labels[:, None]).mean()


def _numbered(scores, labels):
    return F.cross_entropy(scores, labels) + scores.square().mean().item()


def _counted(scores, labels):
    return F.cross_entropy(scores, labels) + (scores.argmax(1) != labels).float().mean()


def _frozen_in_part(scores, labels):
    own = scores.gather(1, labels[:, None])
    return (scores.exp().sum(1, keepdim=True).log().data + own.sigmoid() - own).mean()


def _straight_through(scores, labels):
    rounded = scores + ((4 * scores).round() / 4 - scores).detach()
    return F.cross_entropy(rounded, labels)


@pytest.mark.parametrize(
    ("loss", "code"),
    [
        (F.cross_entropy, None),
        (_shifted, None),
        (_straight_through, None),
        (_numbered, "LM801"),
        (_frozen_in_part, "LM801"),
        (_counted, "LM802"),
    ],
)
def test_a_term_without_a_gradient_is_one_that_moves_and_is_missing_in_the_slopes(loss, code):
    torch.manual_seed(0)
    report = lm.audit(nn.Linear(4, 3), loss, torch.randn(48, 4), torch.arange(48) % 3)
    assert [f.code for f in report.findings if f.code in ("LM801", "LM802")] == ([code] if code else [])


def test_predictions_that_are_a_parameter_are_those_of_when_they_were_made():
    parameter = nn.Parameter(torch.full((8,), 3.0))
    scene = Scene(nn.MSELoss(), torch.zeros(2, 8), torch.zeros(2, 8), lambda x: parameter.expand(2, 8), 0, ())
    before = scene.predict()
    with torch.no_grad():
        parameter.zero_()
    assert torch.equal(before, torch.full((2, 8), 3.0))


def _beside(shape):
    """Two terms, of which one holds a column against what has this shape."""
    return lambda out, target: F.mse_loss(out[0], target["mean"].reshape(shape)) + F.l1_loss(out[1], target["other"])


@pytest.mark.parametrize(("shape", "is_wrong"), [((-1, 1), False), ((-1,), True)])
def test_a_column_beside_rows_is_found_among_several_terms(shape, is_wrong):
    torch.manual_seed(0)
    x, model = torch.randn(32, 4), nn.ModuleList([nn.Linear(4, 1), nn.Linear(4, 2)])
    model.forward = lambda x: [layer(x) for layer in model]
    target = {"mean": x[:, 0] - x[:, 1], "other": x[:, 2:] * 2}
    report = lm.audit(model, _beside(shape), x, target)
    assert ("LM301" in {f.code for f in report.findings}) == is_wrong
