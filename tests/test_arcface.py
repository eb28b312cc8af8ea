"""ArcFace is cross-entropy of angles with a margin: by the definition, beside a peer, at its ends, and it trains."""

import math

import pytest
import torch

import lossmith as lm
from lossmith.errors import DtypeError, ParameterError, ShapeError, TargetError


@pytest.fixture
def batch():
    random = torch.Generator().manual_seed(0)
    return torch.randn(12, 6, generator=random, dtype=torch.float64), torch.arange(12) % 4


def made(**options):
    torch.manual_seed(1)
    return lm.ArcFace(6, 4, **options).double()


def angles(arcface, embeddings):
    directions = arcface.directions / arcface.directions.norm(dim=1, keepdim=True)
    return (embeddings / embeddings.norm(dim=1, keepdim=True) @ directions.T).acos()


@pytest.mark.parametrize(("margin", "scale"), [(0.0, 1.0), (0.5, 64.0), (1.2, 7.0)])
def test_the_definition_by_angles(batch, margin, scale):
    embeddings, labels = batch
    arcface = made(margin=margin, scale=scale)
    theta = angles(arcface, embeddings)
    true = torch.nn.functional.one_hot(labels, 4).bool()
    wider = torch.where(theta + margin <= math.pi, (theta + margin).cos(), theta.cos() - margin * math.sin(margin))
    wanted = torch.nn.functional.cross_entropy(scale * torch.where(true, wider, theta.cos()), labels)
    torch.testing.assert_close(arcface(embeddings, labels), wanted)
    torch.testing.assert_close(arcface.scores(embeddings), scale * theta.cos())


def test_as_in_pytorch_metric_learning(batch):
    losses = pytest.importorskip("pytorch_metric_learning.losses", reason="pytorch-metric-learning is not installed")
    embeddings, labels = batch
    ours = made(margin=0.5, scale=64.0)
    theirs = losses.ArcFaceLoss(4, 6, margin=math.degrees(0.5), scale=64.0).double()
    with torch.no_grad():
        theirs.W.copy_(ours.directions.T)
    assert (angles(ours, embeddings).gather(1, labels[:, None]) < math.pi - 0.5).all()
    torch.testing.assert_close(ours(embeddings, labels), theirs(embeddings, labels))


def test_a_wider_true_angle_never_costs_less():
    arcface = lm.ArcFace(2, 2, margin=0.7, scale=5.0).double()
    with torch.no_grad():
        arcface.directions.copy_(torch.tensor([[1.0, 0.0], [0.0, 0.0]]))
    theta = torch.linspace(0, math.pi, 400, dtype=torch.float64)
    turned = torch.stack([theta.cos(), theta.sin()], 1)
    costs = arcface(turned, torch.zeros(400, dtype=torch.long), reduction="none")
    assert (costs.diff() > 0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_slopes_are_finite_on_the_direction_itself_and_opposite(dtype):
    arcface = lm.ArcFace(3, 2).to(dtype)
    towards = arcface.directions.detach()[:1]
    embeddings = torch.cat([towards, -towards, 1e-20 * towards]).requires_grad_()
    arcface(embeddings, torch.tensor([0, 0, 0])).backward()
    assert embeddings.grad.isfinite().all()
    assert arcface.directions.grad.isfinite().all()


def test_it_separates_what_overlaps():
    torch.manual_seed(0)
    centres = torch.nn.functional.normalize(torch.randn(4, 6), dim=1)
    labels = torch.arange(200) % 4
    data = centres[labels] + 0.3 * torch.randn(200, 6)
    network = torch.nn.Linear(6, 6)
    arcface = lm.ArcFace(6, 4, margin=0.3, scale=16.0)
    before = (arcface.scores(network(data)).argmax(1) == labels).float().mean()
    optimiser = torch.optim.Adam([*network.parameters(), *arcface.parameters()], lr=0.02)
    for _ in range(150):
        optimiser.zero_grad()
        arcface(network(data), labels).backward()
        optimiser.step()
    after = (arcface.scores(network(data)).argmax(1) == labels).float().mean()
    assert before < 0.5
    assert after > 0.9


def test_options_of_a_call_and_the_state_travel(batch):
    embeddings, labels = batch
    arcface = made()
    rest = arcface(embeddings[2:], labels[2:])
    labels[:2] = -100
    torch.testing.assert_close(arcface(embeddings, labels, ignore_index=-100), rest)
    twin = lm.ArcFace(6, 4).double()
    twin.load_state_dict(arcface.state_dict())
    torch.testing.assert_close(twin(embeddings[2:], labels[2:]), rest)
    assert "margin=0.5" in repr(arcface)


@pytest.mark.parametrize("wrong", [{"margin": -0.1}, {"margin": 2.0}, {"margin": math.nan}, {"scale": 0.0}])
def test_parameters_out_of_range_are_refused(wrong):
    with pytest.raises(ParameterError, match="expected"):
        lm.ArcFace(6, 4, **wrong)


def test_embeddings_of_another_length_and_labels_out_of_range_are_refused(batch):
    embeddings, labels = batch
    with pytest.raises(ShapeError, match="6 features"):
        made()(embeddings[:, :5], labels)
    with pytest.raises(ShapeError, match=r"target has shape \(11,\)"):
        made()(embeddings, labels[1:])
    with pytest.raises(DtypeError, match="long"):
        made()(embeddings, labels.double())
    with pytest.raises(TargetError, match="9"):
        made()(embeddings, torch.full_like(labels, 9))
