"""The same numbers as the peers have, call beside call; where theirs differ, a test says by what."""

import math
import re

import pytest
import torch
from torch import Tensor

import lossmith as lm
from peers import PEERS, sklearn_, torch_
from peers.inputs import draw
from peers.record import Difference, Parity, Peer
from peers.running import answers, installed, ours, theirs

PARITIES = [pytest.param(peer, p, id=f"{p.theirs} = {p.ours}") for peer in PEERS for p in peer.parities]
DIFFERENCES = [pytest.param(peer, d, id=f"{peer.title}: {d.what}") for peer in PEERS for d in peer.differences]
SEEDS = (0, 1, 2)
LOWER = {torch.float32: 1e-5, torch.float16: 1e-2, torch.bfloat16: 1e-1}  # in half torch is the less exact one


def assert_equal(got: Tensor, wanted: Tensor, tolerance: float) -> None:
    """The same shape and the same numbers; errors count against the largest of them."""
    atol = tolerance * max(1.0, float(wanted.abs().max()))
    torch.testing.assert_close(got, wanted, rtol=tolerance, atol=atol, check_dtype=False)


@pytest.mark.parametrize(("peer", "parity"), PARITIES)
def test_value_and_gradient_are_the_peers(peer: Peer, parity: Parity) -> None:
    tolerance = max(peer.tolerance, parity.tolerance)
    with installed(peer) as names:
        for each in (False, True) if parity.each and peer.unreduced else (False,):
            for seed in SEEDS:
                inputs = draw(parity.inputs, seed, peer.shape)
                value, gradient = theirs(peer, parity.theirs, names, inputs, each)
                our_value, our_gradient = ours(parity.ours, inputs, each)
                if gradient is not None:
                    assert_equal(our_gradient, gradient, tolerance)
                if parity.shifted:  # by the same at another prediction
                    moved = inputs | {name: inputs[name].flip(0) for name in list(inputs)[:1]}
                    value = value - theirs(peer, parity.theirs, names, moved, each)[0]
                    our_value = our_value - ours(parity.ours, moved, each)[0]
                assert_equal(our_value, value, tolerance)


@pytest.mark.parametrize(("peer", "parity"), [p for p in PARITIES if p.values[1].convention])
def test_a_convention_changes_the_number(peer: Peer, parity: Parity) -> None:
    inputs = draw(parity.inputs, SEEDS[0], peer.shape)
    plain, same = (float(ours(call, inputs)[0]) for call in (parity.plain, parity.ours))
    assert not math.isclose(plain, same, rel_tol=1e-3), f"{parity.plain} has the peer's number: no convention"


@pytest.mark.parametrize(("peer", "difference"), DIFFERENCES)
def test_a_peer_differs_as_stated(peer: Peer, difference: Difference) -> None:
    assert difference.answers[0] != difference.answers[1]
    with installed(peer) as names:
        found = answers(peer, difference, names)
    assert found[1] == difference.answers[1]
    assert found[0] == difference.answers[0], f"{peer.title} answers differently now: is it mended?"


# torch has no margins of several classes in half precision
IN_ANY_DTYPE = [p for p in torch_.PEER.parities if p.each and not re.search("multi_margin|multilabel", p.theirs)]


@pytest.mark.parametrize("dtype", LOWER, ids=str)
@pytest.mark.parametrize("parity", IN_ANY_DTYPE, ids=lambda parity: f"{parity.theirs} = {parity.ours}")
def test_lower_precision_is_that_of_torch(parity: Parity, dtype: torch.dtype) -> None:
    inputs = draw(parity.inputs, SEEDS[0], torch_.PEER.shape)
    inputs = {name: value.to(dtype) if value.is_floating_point() else value for name, value in inputs.items()}
    with installed(torch_.PEER) as names:
        for each in (False, True):
            value, gradient = theirs(torch_.PEER, parity.theirs, names, inputs, each)
            our_value, our_gradient = ours(parity.ours, inputs, each)
            assert our_gradient.dtype == dtype
            assert_equal(our_value, value.float(), LOWER[dtype])
            assert_equal(our_gradient, gradient, LOWER[dtype])


# where a curvature is 0 almost everywhere, scikit-learn puts a number of its own
FITTED = [
    parity
    for parity in sklearn_.PEER.parities
    if re.match(r"private\.(?!AbsoluteError|PinballLoss|HuberLoss)", parity.theirs)
]


@pytest.mark.parametrize("parity", FITTED, ids=lambda parity: parity.theirs)
def test_curvature_is_that_of_scikit_learn(parity: Parity) -> None:
    inputs = draw(parity.inputs, SEEDS[0], sklearn_.PEER.shape)
    with installed(sklearn_.PEER) as names:
        names |= {name: value.numpy() for name, value in inputs.items()}
        _, wanted = eval(parity.theirs.replace(")(", ").gradient_hessian("), names)
    got = eval(parity.ours.replace(")(", ").curvature("), {"lm": lm, **inputs})
    assert_equal(got, torch.from_numpy(wanted), 1e-10)


@pytest.mark.parametrize("parity", FITTED, ids=lambda parity: parity.theirs)
def test_best_constant_is_that_of_scikit_learn(parity: Parity) -> None:
    inputs = draw(parity.inputs, SEEDS[0], sklearn_.PEER.shape)
    with installed(sklearn_.PEER) as names:
        names |= {name: value.numpy() for name, value in inputs.items()}
        wanted = eval(parity.theirs.replace(")(", ").fit_intercept_only(").replace(", x,", ","), names)
    call = parity.ours[parity.ours.index("lm.") :]  # a factor moves no minimum
    got = eval(call.replace(")(x, ", ").best_constant("), {"lm": lm, **inputs})
    if got.dim():  # scores that a softmax reads are free to move together
        got, wanted = got.log_softmax(-1), torch.from_numpy(wanted).log_softmax(-1)
    assert_equal(got, torch.as_tensor(wanted), 1e-10)


def test_a_test_is_skipped_where_the_peer_is_missing_and_only_there(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Peer(title="Nobody", package="nobody_has_this", imports="", parities=[])
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Nobody is not installed"), installed(missing):
        pass
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AssertionError, match="CI must compare with Nobody"), installed(missing):
        pass
    broken = Peer(title="Somebody", package="torch", imports="import torch.nobody_has_this", parities=[])
    with pytest.raises(ModuleNotFoundError), installed(broken):
        pass
