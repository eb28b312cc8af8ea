"""Which path runs and why; and that nothing breaks a call: no cache folder, no Numba, no compiler, no switch."""

import os
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import pytest
import torch

import lossmith as lm
from batches import SoftDice
from lossmith import fused, shortcut
from lossmith.kernels import dispatch, handed

pytestmark = pytest.mark.kernels


def run(code: str, **environment: str) -> subprocess.CompletedProcess:
    given = {**os.environ, **environment}
    return subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, env=given)


VALUE = """
    import warnings, torch, lossmith as lm
    warnings.simplefilter("always")
    x = torch.tensor([0.5, -3.0], requires_grad=True)
    for _ in range(2):
        value = lm.Huber()(x, torch.tensor([0.0, 0.0]))
    value.backward()
    print(value.item(), x.grad.tolist(), lm.explain_path(lm.Huber(), x, torch.zeros(2)).is_kernel)
"""
X = torch.zeros(3, requires_grad=True)
WANTED = "1.3125 [0.25, -0.5]"


def test_a_kernel_says_where_its_source_is():
    found = lm.explain_path(lm.Huber(), torch.zeros(3, requires_grad=True), torch.zeros(3))
    assert found.is_kernel
    assert "huber" in Path(found.reason).read_text("utf-8")
    assert str(found) == f"kernel: {found.reason}"


@pytest.mark.parametrize(
    ("reason", "call"),
    [
        ("fewer", lambda: lm.explain_path(lm.MSE(), torch.zeros(3), torch.zeros(3))),
        ("dtype", lambda: lm.explain_path(lm.MSE(), X, torch.zeros(3, dtype=torch.uint16))),
        ("want", lambda: lm.explain_path(lm.MSE(), X, torch.zeros(3, requires_grad=True))),
        ("no elements", lambda: lm.explain_path(lm.MSE(), torch.zeros(0, requires_grad=True), torch.zeros(0))),
        ("meta", lambda: lm.explain_path(lm.MSE(), *torch.zeros(2, 2000, device="meta"))),
        ("order", lambda: lm.explain_path(lm.RMSE(), X, torch.zeros(3))),
        ("one pass", lambda: lm.explain_path(SoftDice(), X.expand(2, 3), torch.zeros(2, 3))),
    ],
)
def test_what_has_no_kernel_says_why(reason, call):
    found = call()
    assert not found.is_kernel
    assert reason in found.reason


def test_a_wrong_call_is_the_error_that_it_is():
    with pytest.raises(lm.LossmithError, match="same shape"):
        lm.explain_path(lm.MSE(), torch.zeros(3), torch.zeros(3, 1))


def test_the_switch(monkeypatch):
    shown = run(VALUE, LOSSMITH_KERNELS="off")
    assert shown.stdout.strip() == f"{WANTED} False"
    assert not shown.stderr
    monkeypatch.setattr(dispatch, "KERNELS_ARE_OFF", True)
    assert "LOSSMITH_KERNELS=off" in str(lm.explain_path(lm.MSE(), X, torch.zeros(3)))


def test_a_folder_that_cannot_be_written_costs_a_warning_and_nothing_else(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    shown = run(VALUE, LOSSMITH_CACHE=str(tmp_path / "file" / "kernels"))
    assert shown.stdout.strip() == f"{WANTED} True"
    assert shown.stderr.count("LOSSMITH_CACHE") == 1


def test_a_broken_cache_costs_a_warning_and_nothing_else(tmp_path):
    assert run(VALUE, LOSSMITH_CACHE=str(tmp_path)).stdout.strip() == f"{WANTED} True"
    for file in tmp_path.rglob("*.nbi"):
        file.write_bytes(b"rubbish")
    shown = run(VALUE, LOSSMITH_CACHE=str(tmp_path))
    assert shown.stdout.startswith(WANTED)
    assert shown.stderr.count("RuntimeWarning") == 1
    for file in tmp_path.rglob("*.py"):
        file.write_text("raise SystemExit('half a file')")
    assert run(VALUE, LOSSMITH_CACHE=str(tmp_path)).stdout.startswith(WANTED)


def test_a_file_that_was_cut_off_is_written_anew(tmp_path):
    assert run(VALUE, LOSSMITH_CACHE=str(tmp_path)).stdout.strip() == f"{WANTED} True"
    (file,) = tmp_path.glob("huber*.py")
    whole = file.read_text("utf-8")
    file.write_text(whole[:200])
    shown = run(VALUE, LOSSMITH_CACHE=str(tmp_path))
    assert shown.stdout.strip() == f"{WANTED} True"
    assert file.read_text("utf-8") == whole


def test_several_processes_may_start_at_once(tmp_path):
    given = {**os.environ, "LOSSMITH_CACHE": str(tmp_path)}
    code = textwrap.dedent(VALUE)
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=given)
        for _ in range(3)
    ]
    for out, errors in [process.communicate() for process in started]:
        assert out.decode().strip() == f"{WANTED} True"
        assert not errors


def test_numba_may_be_missing():
    shown = run("import sys\nsys.modules['numba'] = None\n" + textwrap.dedent(VALUE))
    assert shown.stdout.strip() == f"{WANTED} False"
    assert shown.stderr.count("Numba is missing") == 1


def test_a_kernel_that_cannot_be_compiled_costs_a_warning(monkeypatch):
    handed._warn.cache_clear()
    loss = lm.Huber(delta=3.0)
    call = fused.bind(loss, torch.zeros(2), torch.zeros(2), fused.Request("mean", None, {}))

    def refuse(*_):
        raise ValueError("no registers left")

    refuse.py_func = call.kernel.alone.py_func
    monkeypatch.setattr(call, "kernel", call.kernel._replace(alone=refuse))
    monkeypatch.setattr(fused, "bind", lambda *_: call)
    monkeypatch.setattr(shortcut, "value", lambda *_: None)
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.warns(RuntimeWarning, match="no registers left"):
        assert loss(x, torch.zeros(2)).item() == 1.25
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert loss(x, torch.zeros(2)).item() == 1.25


def test_names_in_a_formula_are_free():
    """What a user calls an argument may be a word of the generated file."""
    from dataclasses import dataclass

    from lossmith.formula import abs as absolute

    @dataclass(frozen=True, kw_only=True)
    class Odd(lm.Paired):
        np: lm.Positive = 2.0

        def formula(self, f, exp):
            return self.np * absolute(f - exp)

    x = torch.tensor([1.0, 4.0], requires_grad=True)
    value = Odd()(x, torch.tensor([3.0, 3.0]))
    value.backward()
    assert lm.explain_path(Odd(), x, torch.zeros(2)).is_kernel
    assert value.item() == 3.0
    assert x.grad.tolist() == [-1.0, 1.0]
