"""The audit: labelled programs are judged rightly, the model is left as it was, and reports say what was measured."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import lossmith as lm
from audit.measuring import judged, part_of
from audit.programs import VARIATIONS, cases
from lossmith import cli
from lossmith.auditing.codes import CODES, EXPLAINS
from lossmith.auditing.github import annotated

CASES = cases()
# What the audit does not see yet, and what it blames, by name: what it judges rightly one day has to leave this.
MISSED = {
    "divergences/cells_on_a_plane",
    "gradient/poses_by_the_nearest_code",
    "link/attributes_of_a_character",
    "link/roads_from_above",
    "numerics/correction_of_a_controller_fixed",
    "numerics/outline_of_a_leaf",
    "reduction/chords_of_the_longest_song",
    "reduction/depth_between_laser_points",
    "shapes/depths_of_joints",
    "targets/leaves_by_poly_loss",
}


@pytest.mark.parametrize("name", [n for n in CASES if part_of(n) == "tuned"])
def test_a_labelled_program_is_judged_rightly(name):
    (verdict,) = judged(name, CASES[name], VARIATIONS[:1])
    assert verdict.is_right != (name in MISSED), (verdict.expected, verdict.roots, verdict.explained)


@pytest.fixture
def unchecked():
    """As torch.compile leaves distributions behind: they take any number."""
    checks = torch.distributions.Distribution._validate_args
    torch.distributions.Distribution.set_default_validate_args(False)
    yield
    torch.distributions.Distribution.set_default_validate_args(checks)


def test_a_density_without_checks_is_no_divergence_with_its_arguments_swapped(unchecked):
    assert all(
        verdict.is_right for verdict in judged("unusual/sand_silt_and_clay", CASES["unusual/sand_silt_and_clay"])
    )


def test_every_code_but_those_of_training_has_a_program():
    labelled = {case.EXPECTED for case in CASES.values()} - {None}
    assert labelled <= set(CODES)
    assert set(CODES) - labelled == {"LM100", "LM103", "LM503", "LM901", "LM902"}


def test_what_explains_and_what_is_explained_are_codes():
    assert set(EXPLAINS) <= set(CODES)
    assert set().union(*EXPLAINS.values()) <= set(CODES)


# The model stays as it was -------------------------------------------------------------------------------------------


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 3))
        self.layers[1].eval()

    def forward(self, x):
        return self.layers(x).softmax(1)


def test_nothing_of_the_model_is_changed():
    torch.manual_seed(0)
    model, x, y = Network(), torch.randn(32, 6), torch.arange(32) % 3
    optimiser = torch.optim.Adam(model.parameters())
    nn.functional.cross_entropy(model(x), y).backward()
    optimiser.step()
    seen = []
    model.register_forward_hook(lambda *_: seen.append(1))
    before = {k: v.clone() for k, v in model.state_dict().items()}
    gradients = {n: (p.grad, p.grad.clone()) for n, p in model.named_parameters()}
    modes = [m.training for m in model.modules()]
    moments = {n: s["exp_avg"].clone() for n, s in enumerate(optimiser.state.values())}
    hooks = [len(m._forward_hooks) for m in model.modules()]
    state = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].copy()
    assert lm.audit(model, nn.CrossEntropyLoss(), x, y).codes == ["LM101"]
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())
    assert all(p.grad is gradients[n][0] and torch.equal(p.grad, gradients[n][1]) for n, p in model.named_parameters())
    assert [m.training for m in model.modules()] == modes
    assert all(torch.equal(moments[n], s["exp_avg"]) for n, s in enumerate(optimiser.state.values()))
    assert [len(m._forward_hooks) for m in model.modules()] == hooks
    assert torch.equal(torch.get_rng_state(), state[0])
    assert random.getstate() == state[1]
    assert (np.random.get_state()[1] == state[2]).all()
    assert seen  # it was asked


def test_a_loss_that_fails_is_a_finding_and_a_model_that_fails_an_error():
    def broken(prediction, target):
        raise ZeroDivisionError("no rows")

    report = lm.audit(nn.Linear(3, 1), broken, torch.randn(8, 3), torch.randn(8, 1))
    assert report.codes == ["LM100"]
    assert "no rows" in str(report)
    with pytest.raises(lm.LossmithError, match="the model raises RuntimeError"):
        lm.audit(nn.Linear(3, 1), nn.MSELoss(), torch.randn(8, 4), torch.randn(8, 1))


@pytest.mark.parametrize("wrap", [dict, tuple, "object"])
def test_outputs_of_any_kind(wrap):
    class Output:
        def __init__(self, logits):
            self.logits, self.hidden = logits, logits.detach()

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 3)

        def forward(self, x):
            p = self.layer(x).softmax(1)
            return {"p": p, "x": x} if wrap is dict else (p, x) if wrap is tuple else Output(p)

    read = {dict: lambda o: o["p"], tuple: lambda o: o[0], "object": lambda o: o.logits}[wrap]
    report = lm.audit(
        Model(), lambda o, t: nn.functional.cross_entropy(read(o), t), torch.randn(32, 4), torch.arange(32) % 3
    )
    assert report.codes == ["LM101"]


# Reports -------------------------------------------------------------------------------------------------------------


def wrong():
    torch.manual_seed(0)
    return (
        nn.Sequential(nn.Linear(4, 3), nn.Softmax(1)),
        nn.CrossEntropyLoss(),
        torch.randn(32, 4),
        torch.arange(32) % 3,
    )


def right():
    model, *rest = wrong()
    return model[0], *rest


def test_a_report_as_values_and_in_words():
    report = lm.audit(*wrong())
    (finding,) = report.findings
    assert not report.ok
    assert (finding.code, finding.severity) == ("LM101", "error")
    assert json.loads(json.dumps(report.to_dict()))["findings"][0]["evidence"]["floor of the loss"] == 0.5514
    assert all(part in str(report) for part in ("LM101 error", "floor of the loss: 0.5514", "fix: Remove", "lm101"))
    assert annotated(report, "a,b.py", 3).startswith("::error file=a%2Cb.py,line=3,title=LM101::The predictions")
    assert lm.audit(*wrong(), ignore=["LM101"]).ok
    assert str(lm.audit(*right())) == "Nothing was found."


def test_sound_or_not():
    lm.testing.assert_sound(*right())
    with pytest.raises(AssertionError, match="LM101 error"):
        lm.testing.assert_sound(*wrong())


without_a_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="here a model on a GPU is as good as any")

# The command ---------------------------------------------------------------------------------------------------------

PROGRAM = """
import copy, threading, torch
from torch import nn

x, y = torch.randn(32, 4), torch.arange(32) % 3

def wrong():
    return nn.Sequential(nn.Linear(4, 3), nn.Softmax(1)), nn.CrossEntropyLoss(), x, y

def right():
    return nn.Linear(4, 3), nn.CrossEntropyLoss(), x, y

def three():
    return 1, 2, 3

def raising():
    raise RuntimeError("the table is empty")

def on_a_gpu():
    return nn.Linear(4, 3).to("cuda"), nn.CrossEntropyLoss(), x, y

class Moving(nn.Linear):
    def forward(self, x):
        return super().forward(x.cuda())

def moving():
    return Moving(4, 3), nn.CrossEntropyLoss(), x, y

class Locked(nn.Linear):
    def __init__(self):
        super().__init__(4, 3)
        self.lock, self.scale = threading.Lock(), lambda x: 2 * x

def locked():
    return Locked(), nn.CrossEntropyLoss(), x, y

def copied():
    return copy.deepcopy(Locked()), nn.CrossEntropyLoss(), x, y
"""


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess:
    (tmp_path / "training.py").write_text(PROGRAM)
    return subprocess.run(
        [sys.executable, "-m", "lossmith", "audit", *arguments], cwd=tmp_path, capture_output=True, text=True
    )


def test_the_command(tmp_path):
    found = run(tmp_path, "training:wrong")
    assert (found.returncode, "LM101" in found.stdout) == (1, True)
    assert run(tmp_path, "training.py:right").returncode == 0
    as_json = run(tmp_path, "training:wrong", "--json")
    assert json.loads(as_json.stdout)["findings"][0]["code"] == "LM101"
    assert run(tmp_path, "training:wrong", "--github").stdout.startswith(
        "::error file=training.py,line=7,title=LM101::"
    )
    assert run(tmp_path, "training:wrong", "--ignore", "lm101").returncode == 0


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("training", "names no function"),
        ("training:none", "has no function 'none'; it has"),
        ("trainings:wrong", "there is no module 'trainings'"),
        ("none.py:wrong", "there is no file none.py"),
        ("training:three", "return model, loss, inputs, target"),
        ("training:raising", "training:raising raised RuntimeError: the table is empty"),
        ("package/none.py:wrong", "there is no file package/none.py"),
        (".:wrong", "'.' is neither a module nor a Python file"),
        ("training:copied", "build the model in the function, and pass its numbers on"),
        pytest.param("training:on_a_gpu", 'device = "cuda" if torch.cuda.is_available()', marks=without_a_gpu),
        pytest.param("training:moving", 'device = "cuda" if torch.cuda.is_available()', marks=without_a_gpu),
    ],
)
def test_a_wrong_place_is_one_message_and_exit_code_2(here, capsys, place, said):
    assert ended(here, place) == 2
    printed = " ".join(capsys.readouterr().err.split())
    assert said in printed
    assert "Traceback" not in printed


def test_a_model_that_cannot_be_pickled_is_audited(here, capsys):
    assert ended(here, "training:locked") == 0
    assert "Nothing was found" in capsys.readouterr().out


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the programs, to which the command is given, in this process."""
    (tmp_path / "training.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "training", raising=False)
    yield monkeypatch
    sys.modules.pop("training", None)


def ended(here: pytest.MonkeyPatch, place: str) -> int:
    here.setattr(sys, "argv", ["lossmith", "audit", place])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)
