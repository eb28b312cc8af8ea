"""A training under watch: what is seen is what a hand computes, what is wrong is named, nothing is changed."""

import contextlib
import copy
import json
import math
import random
import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import lossmith as lm
from lossmith import page
from lossmith.auditing.codes import CODES, EXPLAINS_IN_TRAINING, TRAINING
from lossmith.errors import LossmithError
from lossmith.targets import POSITIVE
from lossmith.watching.floor import floor_of
from watched.runs import RIGHT, VARIATIONS, WRONG, run


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 6), nn.Tanh(), nn.Linear(6, 3))


def batch(rows=16):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(rows, 4, generator=generator), torch.randint(3, (rows,), generator=generator)


def one_step(model, optimiser, loss=F.cross_entropy, data=None):
    x, y = data or batch()
    optimiser.zero_grad()
    value = loss(model(x), y)
    value.backward()
    optimiser.step()
    return value


def hooks_of(model):
    """All hooks that a watch could leave, of modules and optimisers, and how many there are."""
    from torch.nn.modules import module as modules
    from torch.optim import optimizer as optimisers

    everywhere = (
        modules._global_forward_hooks,
        modules._global_forward_pre_hooks,
        modules._global_forward_hooks_always_called,
        optimisers._global_optimizer_pre_hooks,
        optimisers._global_optimizer_post_hooks,
    )
    own = [h for m in model.modules() for h in (m._forward_hooks, m._forward_pre_hooks, m._backward_hooks)]
    return sum(len(found) for found in (*everywhere, *own))


# What is seen ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [torch.optim.SGD, torch.optim.Adam], ids=["sgd", "adam"])
def test_norms_and_ratios_are_those_computed_by_hand(make):
    model = network()
    optimiser = make(model.parameters(), lr=0.05)
    with lm.watch(model, F.cross_entropy, every=1) as w:
        for n in range(3):
            before = [p.detach().clone().double() for p in model.parameters()]
            x, y = batch()
            gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(model.parameters()))
            value = one_step(model, optimiser)
            optimiser.zero_grad(set_to_none=True)
            w.step(value)
            after = [p.detach().double() for p in model.parameters()]
            for layer in range(3):
                weight, bias = 2 * layer, 2 * layer + 1
                norm = math.sqrt(sum(float((gradients[i].double() ** 2).sum()) for i in (weight, bias)))
                moved = math.sqrt(sum(float(((after[i] - before[i]) ** 2).sum()) for i in (weight, bias)))
                were = math.sqrt(sum(float((before[i] ** 2).sum()) for i in (weight, bias)))
                assert w.history.gradient_norms[n, layer] == pytest.approx(norm, rel=1e-5)
                assert w.history.update_ratios[n, layer] == pytest.approx(moved / were, rel=1e-4)
    assert w.history.layers == ("0", "2", "4")
    assert w.history.steps.tolist() == [1, 2, 3]


def test_without_an_optimiser_of_torch_gradients_are_read_where_they_lie():
    model = network()
    with lm.watch(model, every=1) as w:
        F.cross_entropy(model(batch()[0]), batch()[1]).backward()
        w.step(1.0)
    first = math.hypot(*(float(p.grad.norm()) for p in model[0].parameters()))
    assert w.history.gradient_norms[0, 0] == pytest.approx(first, rel=1e-6)
    assert np.isnan(w.history.update_ratios).all()


def test_gradient_accumulation_waits_for_the_step_of_the_optimiser():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    with lm.watch(model, every=3) as w:
        for n in range(24):
            F.cross_entropy(model(batch()[0]), batch()[1]).backward()
            if n % 8 == 7:
                whole = float(torch.linalg.vector_norm(torch.stack([p.grad.norm() for p in model.parameters()])))
                optimiser.step()
                optimiser.zero_grad()
            w.step(1.0)
    assert w.history.steps[-1] == 24
    assert w.history.samples[-1].gradient == pytest.approx(whole, rel=1e-5)


def test_layers_stand_in_the_order_in_which_they_run():
    class Backwards(nn.Module):
        def __init__(self):
            super().__init__()
            self.head, self.attention = nn.Linear(8, 2), nn.MultiheadAttention(8, 2, batch_first=True)
            self.stem = nn.Linear(4, 8)

        def forward(self, x):
            x = self.stem(x)[:, None]
            return self.head(self.attention(x, x, x)[0][:, 0])

    model = Backwards()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    with lm.watch(model) as w:
        w.step(one_step(model, optimiser, data=(torch.randn(8, 4), torch.zeros(8, dtype=torch.long))))
    assert w.history.layers == ("stem", "attention", "attention.out_proj", "head")


def test_frozen_shared_and_later_parameters():
    shared = nn.Linear(4, 4)
    model = nn.Sequential(shared, nn.ReLU(), shared, nn.Linear(4, 3))
    shared.requires_grad_(False)
    optimiser = torch.optim.SGD(model[3].parameters(), lr=0.1)
    with lm.watch(model, every=1) as w:
        w.step(one_step(model, optimiser))
        model.append(nn.Linear(3, 3))
        optimiser.add_param_group({"params": model[4].parameters()})
        w.step(one_step(model, optimiser))
        w.step(one_step(model, optimiser))
    assert w.history.layers == ("0", "3", "4")
    assert np.isnan(w.history.gradient_norms[:, 0]).all()
    assert np.isfinite(w.history.gradient_norms[:, 1]).all()
    assert np.isfinite(w.history.gradient_norms[2, 2])


def test_sparse_half_and_several_optimisers():
    model = nn.ModuleDict({"words": nn.Embedding(10, 4, sparse=True), "head": nn.Linear(4, 3, dtype=torch.bfloat16)})
    model.forward = lambda x: model["head"](model["words"](x).bfloat16())
    parts = [torch.optim.SparseAdam(model["words"].parameters()), torch.optim.SGD(model["head"].parameters(), 0.1)]
    with lm.watch(model) as w:
        value = model(torch.arange(8)).float().square().mean()
        value.backward()
        for part in parts:
            part.step()
        w.step(value)
    assert np.isfinite(w.history.gradient_norms).all()
    assert (w.history.update_ratios > 0).all()


@pytest.mark.parametrize("fused", [False, True], ids=["left out", "told to leave out"])
def test_a_step_that_a_scaler_leaves_out_is_no_finding(fused):
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), lr=1e-7, fused=fused)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**127, backoff_factor=2.0**-100)
    with lm.watch(model, F.cross_entropy, every=1) as w:
        for _ in range(30):
            optimiser.zero_grad()
            value = F.cross_entropy(model(batch()[0]), batch()[1])
            gradients = torch.autograd.grad(value, list(model.parameters()), retain_graph=True)
            scaler.scale(value * 1e4).backward()
            scaler.step(optimiser)
            scaler.update()
            w.step(value)
    assert scaler.get_scale() == 2.0**27  # one step was left out
    assert "LM911" not in w.report.codes
    norm = 1e4 * math.sqrt(sum(float(g.square().sum()) for g in gradients))
    assert w.history.samples[-1].gradient == pytest.approx(norm, rel=1e-3)


def test_dead_units_of_channels_and_of_features():
    conv = nn.Conv2d(1, 4, 1)
    with torch.no_grad():
        conv.bias.copy_(torch.tensor([-1e3, -1e3, -1e3, 10.0]))
    model = nn.Sequential(conv, nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(16, 10), nn.ReLU(), nn.Linear(10, 2))
    with torch.no_grad():
        model[3].bias[:5] = -1e6
        model[3].bias[5:] = 1e6
    optimiser = torch.optim.SGD(model.parameters(), lr=0.0)
    with lm.watch(model, every=1) as w:
        for _ in range(6):
            w.step(one_step(model, optimiser, data=(torch.randn(8, 1, 2, 2), torch.zeros(8, dtype=torch.long))))
    assert w.history.activations == ("1", "4")
    assert w.history.dead_shares[-1].tolist() == [0.75, 0.5]


# What is wrong --------------------------------------------------------------------------------------------------------


class Spoiler(nn.Module):
    """Gives what it takes until it is told to spoil its output, or its gradient."""

    def __init__(self):
        super().__init__()
        self.how = None

    def forward(self, x):
        if self.how == "forward":
            return x / torch.zeros_like(x)
        if self.how == "backward":
            return x + (0 * x).abs().sqrt()
        return x


@pytest.mark.parametrize("how", ["forward", "backward"])
@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize("clip", [None, 1.0])
def test_the_layer_and_the_step_of_a_nan_are_those_in_which_it_was_planted(how, place, clip):
    torch.manual_seed(0)
    model = nn.Sequential()
    for _ in range(3):
        model.extend([nn.Linear(4, 4), nn.Sequential(Spoiler(), nn.Dropout(0.2))])
    optimiser = torch.optim.AdamW(model.parameters())
    with lm.watch(model, nn.MSELoss()) as w:
        for n in range(1, 31):
            model[place + 1][0].how = how if n >= 17 else None
            optimiser.zero_grad()
            value = F.mse_loss(model(batch()[0]), torch.zeros(16, 4))
            value.backward()
            if clip:
                nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimiser.step()
            found = w.step(value)
            assert bool(found) == (n == 17) or n > 17
    finding = next(each for each in w.findings if each.code == "LM911")
    assert (finding.evidence["step"], finding.evidence["layer"], finding.evidence["pass"]) == (
        17,
        f"{place + 1}.0",
        how,
    )


def test_a_nan_in_a_module_that_is_used_twice_and_in_a_function_between():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, x):
            return self.layer(torch.log(self.layer(x) * 0))

    model = nn.Sequential(nn.Linear(4, 4), Twice())
    with lm.watch(model, nn.MSELoss()) as w:
        value = model(batch()[0]).mean()
        value.backward()
        w.step(value)
    assert w.findings[0].evidence["layer"] == "1"
    assert "before it calls 1.layer" in w.findings[0].message


def test_a_nan_in_one_of_two_modules_that_share_their_input():
    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.sound, self.spoilt = nn.Linear(4, 4), nn.Linear(4, 4), Spoiler()
            self.spoilt.how = "backward"

        def forward(self, x):
            x = self.first(x)
            return self.sound(x) + self.spoilt(x)

    model = Both()
    with lm.watch(model) as w:
        w.step(one_step(model, torch.optim.SGD(model.parameters(), lr=0.1)))
    assert w.findings[0].evidence["layer"] == "spoilt"


def test_a_nan_that_hangs_on_random_numbers():
    class Chance(nn.Module):
        def forward(self, x):
            return x / (torch.rand(()) > 0.1)

    model = nn.Sequential(nn.Linear(4, 3), Chance(), nn.Linear(3, 3))
    torch.manual_seed(0)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    with lm.watch(model) as w:
        found = [w.step(one_step(model, optimiser)) for _ in range(40)]
    assert any(found)
    assert w.findings[0].evidence["step"] == 1 + next(n for n, new in enumerate(found) if new)
    assert w.findings[0].evidence["layer"] == "1"


def test_a_nan_of_the_loss_and_of_the_inputs():
    for x, loss, layer in (
        (batch()[0], lambda p: (p.sum() - 1e3).log(), "loss"),
        (batch()[0] * math.nan, lambda p: p.mean(), "inputs"),
    ):
        model = network()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        with lm.watch(model) as w:
            w.step(one_step(model, optimiser, lambda p, y, loss=loss: loss(p), data=(x, None)))
        assert w.findings[0].evidence["layer"] == layer


def test_weights_that_were_spoilt_before_are_told_from_a_layer_that_spoils():
    model = network()
    model[2].weight.data[0, 0] = math.nan
    with lm.watch(model) as w:
        w.step(one_step(model, torch.optim.SGD(model.parameters(), lr=0.1)))
    assert "parameters of 2 (2.weight)" in w.findings[0].message


@pytest.mark.parametrize("training", WRONG, ids=lambda training: training.__name__)
def test_a_wrong_training_is_named(training):
    w = run(training)
    assert set(WRONG[training]) & set(w.report.codes)
    for finding in w.findings:
        assert finding.code in CODES | TRAINING
        assert finding.evidence["step"] <= w.steps
        assert finding.fix
        assert finding.message.endswith(".")


@pytest.mark.parametrize("training", RIGHT, ids=lambda training: training.__name__)
def test_a_right_training_is_let_alone(training):
    w = run(training, VARIATIONS[1], 120)
    assert w.report.ok, str(w.report)


def test_a_model_at_the_floor_of_its_loss_may_stand_still():
    """Steps of 10⁻⁹ of the weights, and nothing left to learn."""
    converged = next(training for training in RIGHT if training.__name__ == "converged")
    w = run(converged, VARIATIONS[4], 120)
    assert max(sample.update for sample in w.history.samples) < 1e-6
    assert w.report.ok


def test_what_explains_and_what_is_explained_are_codes():
    assert set(EXPLAINS_IN_TRAINING).union(*EXPLAINS_IN_TRAINING.values()) <= set(CODES | TRAINING)
    named_first = {codes[0] for codes in WRONG.values()}
    assert set(TRAINING) <= named_first  # each has an example on the page of codes


def test_each_code_once_as_it_happens_and_none_that_is_ignored():
    told = []
    for ignore in ([], ["LM914"]):
        with lm.watch(network(), lm.CrossEntropy(), ignore=ignore) as w:
            told.append([finding.code for value in (1.0, -1.0, -2.0) for finding in w.step(value)])
    assert told == [["LM914"], []]


@pytest.mark.parametrize("cls", lm.ALL, ids=lambda cls: cls.name)
def test_a_floor_is_not_broken_by_anything_that_the_loss_may_read(cls):
    loss = cls()
    generator = torch.Generator().manual_seed(0)
    least = math.inf
    examples = loss._target_coding().examples
    for example in (*examples, *([0.01] if examples == POSITIVE.examples else [])):
        shape, target = loss._sample(torch.as_tensor(np.asarray(example)))
        scores = torch.randn((200, *shape), generator=generator, dtype=torch.float64)
        scores = scores * torch.tensor([0.1, 1.0, 5.0, 20.0]).repeat(50).view(-1, *[1] * len(shape))
        least = min(least, float(loss(scores, target.expand(200, *target.shape), reduction="none").min()))
    assert floor_of(loss) is None or least >= -1e-9
    if floor_of(loss) is None:  # and the claim is not missing where it could be made
        assert least < 0


# What is changed ------------------------------------------------------------------------------------------------------


def trained(is_watched, interruption=None):
    torch.manual_seed(3)
    random.seed(3)
    np.random.seed(3)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(8, 3))
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.01)
    before = hooks_of(model)
    watch = lm.watch(model, lm.CrossEntropy(), every=3)
    with contextlib.suppress(KeyboardInterrupt), watch if is_watched else contextlib.nullcontext():
        assert (hooks_of(model) > before) == is_watched
        for n in range(25):
            value = one_step(model, optimiser, data=(torch.randn(8, 4), torch.randint(3, (8,))))
            if n == interruption:
                raise KeyboardInterrupt
            if is_watched:
                watch.step(value)
    assert hooks_of(model) == before
    state = [*model.state_dict().values(), *(p.grad for p in model.parameters())]
    return watch, state, (torch.get_rng_state(), random.random(), np.random.random())


def test_a_training_is_the_same_bit_for_bit():
    watched, plain = trained(True), trained(False)
    for a, b in zip(watched[1], plain[1], strict=True):
        assert torch.equal(a, b)
    assert torch.equal(watched[2][0], plain[2][0])
    assert watched[2][1:] == plain[2][1:]


def test_an_interruption_loses_nothing():
    watch, _, _ = trained(True, interruption=12)
    assert watch.steps == 12
    assert watch.history.steps.tolist() == [1, 4, 7, 10]
    assert watch.report.ok


def test_asking_where_a_nan_came_from_leaves_the_model_as_it_was():
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), Spoiler(), nn.Linear(4, 1))
    model[3].how = "forward"
    before, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    expected = copy.deepcopy(model)
    expected(batch()[0])
    after, torch_state = expected.state_dict(), torch.get_rng_state()
    torch.set_rng_state(state)
    with lm.watch(model) as w:
        value = model(batch()[0]).mean()
        w.step(value)
    assert w.findings[0].evidence["layer"] == "3"
    assert all(torch.equal(model.state_dict()[name], after[name]) for name in before)
    assert torch.equal(torch.get_rng_state(), torch_state)


def test_an_error_of_the_model_leaves_no_hook():
    model = network()
    before = hooks_of(model)
    with pytest.raises(RuntimeError), lm.watch(model):
        model(torch.randn(2, 5))
    assert hooks_of(model) == before


def test_evaluation_within_the_loop_is_not_seen():
    seen = []
    for evaluates in (False, True):
        model = network()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        with lm.watch(model, every=1) as w:
            for _ in range(3):
                if evaluates:
                    with torch.no_grad():
                        model(torch.zeros(4, 4))
                w.step(one_step(model, optimiser))
        seen.append(w.history.to_dict())
    assert seen[0] == seen[1]


# What is said ---------------------------------------------------------------------------------------------------------


def test_wrong_use_is_an_error_that_says_what_to_write():
    with pytest.raises(LossmithError, match=r"write lm\.watch\(model, loss\)"):
        lm.watch(lambda x: x)
    with pytest.raises(LossmithError, match="from 1"):
        lm.watch(network(), every=0)
    with pytest.raises(LossmithError, match=r"with lm\.watch"):
        lm.watch(network()).step(1.0)
    with pytest.raises(LossmithError, match="nothing was seen"):
        lm.watch(network()).save("page.html")
    with lm.watch(network()) as w, pytest.raises(LossmithError, match="one number"):
        w.step(torch.zeros(3))


def test_plain_values_and_page(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        w = run(next(training for training in WRONG if training.__name__ == "spoilt_data"), steps=60)
        told = json.loads(json.dumps(w.to_dict(), allow_nan=False))
        text = w.save(tmp_path / "flow.html").read_text("utf-8")
    assert told["ok"] is False
    assert told["steps"] == 60
    assert told["history"]["losses"][-1] is None
    assert np.shape(told["history"]["gradient_norms"]) == (
        len(told["history"]["steps"]),
        len(told["history"]["layers"]),
    )
    assert "LM911" in text
    assert '"type":"heatmap"' in text
    assert str(w.report).startswith("LM911 error: At step 51")


def test_a_path_that_ends_so_gets_the_picture_alone(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(page, "draw", lambda path, figure: drawn.append((path.name, figure.data[0].type)))
    with lm.watch(network()) as w:
        w.step(1.0)
    w.save(tmp_path / "flow.svg")
    assert drawn == [("flow.svg", "heatmap")]
    assert not list(tmp_path.iterdir())
