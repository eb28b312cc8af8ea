"""`lm.training_loop`: its numbers are those of torch's autograd and optimiser; what is shown multiplies again."""

import io
import json
import re

import pytest
import torch
from rich.console import Console
from typer.testing import CliRunner

import lossmith as lm
from lossmith.cli import app
from lossmith.explaining import loop_tables
from lossmith.explaining.loop import _can_train

TRAINABLE = [cls() for cls in lm.ALL if _can_train(cls())]
PEERS = {
    "mse": torch.nn.functional.mse_loss,
    "mae": torch.nn.functional.l1_loss,
    "huber": torch.nn.functional.huber_loss,
    "binary_cross_entropy": torch.nn.functional.binary_cross_entropy_with_logits,
    "cross_entropy": torch.nn.functional.cross_entropy,
}


def close(found, expected):
    torch.testing.assert_close(torch.tensor(found, dtype=torch.float64), expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", PEERS)
def test_numbers_are_those_of_torch_alone(name):
    """The same network written with matrices, torch's own loss, the update by hand."""
    loop = lm.training_loop(lm.find(name), steps=3, learning_rate=0.3, seed=4)
    x = torch.tensor(loop.inputs, dtype=torch.float64)
    target = torch.tensor(loop.targets)
    target = target if target.dtype == torch.int64 else target.double()
    start = loop.steps[0].before
    w, b, v, c = (
        torch.tensor(each, dtype=torch.float64).requires_grad_() for each in (start.w, start.b, start.v, start.c)
    )
    for step in loop.steps:
        sums = torch.outer(x, w) + b
        hidden = sums.tanh()
        prediction = hidden @ v.T + c
        value = PEERS[name](prediction if len(c) > 1 else prediction[:, 0], target)
        slopes = torch.autograd.grad(value, [prediction, hidden, sums, w, b, v, c])
        for found, expected in zip((step.sums, step.hidden, step.prediction), (sums, hidden, prediction), strict=True):
            close(found, expected.detach())
        close(step.loss, value.detach())
        gradient = step.gradient
        kept = (step.by_prediction, step.by_hidden, step.by_sums, gradient.w, gradient.b, gradient.v, gradient.c)
        for found, expected in zip(kept, slopes, strict=True):
            close(found, expected)
        after = [(p - 0.3 * g).detach() for p, g in zip((w, b, v, c), slopes[3:], strict=True)]
        for found, expected in zip((step.after.w, step.after.b, step.after.v, step.after.c), after, strict=True):
            close(found, expected)
        w, b, v, c = (each.requires_grad_() for each in after)


@pytest.mark.parametrize("loss", TRAINABLE, ids=lambda loss: loss.name)
def test_every_loss_that_can_train_does_and_its_rows_make_the_mean(loss):
    loop = lm.training_loop(loss)
    assert loop.steps[-1].loss < loop.steps[0].loss
    for step in loop.steps[:2]:
        close(step.loss, torch.tensor(step.losses, dtype=torch.float64).mean())
        close(step.by_prediction, torch.tensor(step.slopes, dtype=torch.float64) / 3)
    assert all(a.after == b.before for a, b in zip(loop.steps, loop.steps[1:], strict=False))


def spread(number):
    """Half a unit of the last digit shown, of four significant ones."""
    return 0.5 * 10.0 ** (torch.tensor(abs(number)).log10().floor().item() - 3) if number else 0.0


@pytest.mark.parametrize("name", ["mse", "binary_cross_entropy", "cross_entropy"])
def test_what_is_shown_multiplies_to_what_is_shown(name):
    loop = lm.training_loop(lm.find(name))
    page = io.StringIO()
    Console(width=400, file=page).print(loop)
    text = page.getvalue()
    plain = r"-?[\d.]+(?:e-\d+)?"
    factor = rf"(?:\({plain}\)|{plain})"
    equations = re.findall(rf"({factor}(?: [×/+] {factor})+) = ({plain})", text)
    rows, outputs = 3, len(loop.steps[0].before.c)
    assert len(equations) == 2 * (rows * (outputs + 4) + 4 + 3 * outputs)
    for left, right in equations:
        factors = [float(each.strip("()")) for each in re.findall(factor, left)]
        margin = spread(float(right)) + sum(spread(each) for each in factors) * max(1.0, *map(abs, factors))
        value = eval(left.replace("×", "*"), {"__builtins__": {}})
        assert value == pytest.approx(float(right), abs=1.01 * margin), f"{left} = {right}"
    shown = [table for heading, _, table in loop_tables.numbered(loop) if heading.endswith(": step")]
    for step, table in zip(loop.steps, shown, strict=False):
        columns = zip(*table.rows, strict=True)
        _, *numbers = columns
        before, gradient, after = ([float(cell.rpartition("= ")[2]) for cell in cells] for cells in numbers)
        for cells, weights in ((before, step.before), (gradient, step.gradient), (after, step.after)):
            assert cells == [float(f"{weight:.4g}") for weight in loop_tables.flat(weights)]


def test_the_seed_decides_and_nothing_else():
    loop = lm.training_loop(lm.MAE(), seed=1)
    torch.manual_seed(5)
    state = torch.get_rng_state()
    assert lm.training_loop(lm.MAE(), seed=1) == loop
    assert torch.equal(torch.get_rng_state(), state)
    assert lm.training_loop(lm.MAE(), seed=2).steps != loop.steps


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_the_command_prints_json_and_writes_a_page(tmp_path):
    printed = json.loads(run("explain", "huber", "--delta", "2", "--loop", "--json", "--out", str(tmp_path)).output)
    loop = lm.training_loop(lm.Huber(delta=2.0))
    assert printed == json.loads(json.dumps(loop.to_dict()))
    page = (tmp_path / "training-loop.html").read_text("utf-8")
    assert page.count('class="plot"') == 5
    assert f"{loop.steps[0].gradient.w[0]:.4g}" in page
    assert "trained with MSE()" in run("explain", "--loop").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ctc", "--loop"], "mse, mae, huber"),
        (["rmse", "--loop"], "rmse cannot train"),
        (["gaussian_nll", "--loop"], "gaussian_nll cannot train"),
        (["mse", "1", "2", "--loop"], "leave PREDICTION TARGET out"),
        (["mse", "--out", "there"], "--out DIR goes with --loop"),
        ([], "write the name of a loss"),
    ],
)
def test_wrong_use_says_what_to_write(arguments, said):
    result = run("explain", *arguments)
    assert isinstance(result.exception, lm.LossmithError)
    assert said in str(result.exception)


def test_no_steps_are_refused():
    with pytest.raises(lm.LossmithError, match="at least one step"):
        lm.training_loop(steps=0)
