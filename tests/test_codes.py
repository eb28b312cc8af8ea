"""The page of the audit's codes: each has an example that is named with it, a mended one, and figures of both."""

import json
import re
import sys
from pathlib import Path

import pytest
import torch

from lossmith.auditing.codes import CODES

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import audited  # noqa: E402
import harms  # noqa: E402
import judging  # noqa: E402

EXAMPLES = audited.examples()
MEASURED = json.loads(audited.MEASURED.read_text("utf-8"))
PARTS = (
    "**What it is**",
    "```python\n",
    "The audit says:",
    "**Why it hurts.**",
    "**The fix.**",
    "**When to ignore it**",
)


def test_every_code_has_an_example():
    assert list(EXAMPLES) == sorted(CODES)


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_wrong_example_is_named_and_the_mended_one_is_not_blamed(code):
    assert code in [found.code for found in audited.audited(EXAMPLES[code], "wrong").findings]
    mended = audited.audited(EXAMPLES[code], "mended")
    assert code not in mended.codes
    assert mended.ok, mended


def test_a_section_has_all_its_parts():
    sections = re.split(r"^## (LM\d+) .+ \{ #(\w+) \}$", audited.codes(), flags=re.M)[1:]
    assert sections[::3] == sorted(CODES)
    for code, anchor, text in zip(sections[::3], sections[1::3], sections[2::3], strict=True):
        assert anchor == code.lower()
        assert f"({CODES[code].severity})" in text
        places = [text.index(part) for part in (*PARTS, f'ignore=["{code}"]')]
        assert places == sorted(places), code
        assert text.count("```python\n") == 2


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_figures_are_those_of_the_example(code):
    """The file may be older than the example: then it names other figures, or another training."""
    measured, asked = MEASURED[code], EXAMPLES[code].MEASURED
    assert (measured["training"], list(measured["wrong"])) == (asked.described, list(asked.figures))
    assert list(measured["mended"]) == list(asked.figures)
    assert all(len(runs) == harms.SEEDS for which in ("wrong", "mended") for runs in measured[which].values())
    assert all(isinstance(value, float) for runs in measured["mended"].values() for value in runs)


def test_a_figure_is_measured_anew():
    """One of them, trained here: what was written down comes out."""
    again = harms.harm(EXAMPLES["LM301"])
    for which in ("wrong", "mended"):
        assert again[which]["R²"] == pytest.approx(MEASURED["LM301"][which]["R²"], abs=1e-3)


# The judges --------------------------------------------------------------------------------------------------------


def run(output, truth):
    return judging.Run(None, None, [3.0, 2.0, 1.0], None, output, truth, truth)


def test_judges_of_classes_are_those_of_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(200, 4, generator=generator, dtype=torch.float64)
    truth = torch.randint(4, (200,), generator=generator)
    for output in (scores, scores.softmax(1), scores.log_softmax(1)):  # read as what they are
        found = run(output, truth)
        assert judging.accuracy(found) == pytest.approx(metrics.accuracy_score(truth, scores.argmax(1)))
        assert judging.surprise(found) == pytest.approx(metrics.log_loss(truth, scores.softmax(1)))
    for output in (scores[:, :1], scores[:, :1].sigmoid()):  # in a column, of a yes or a no
        found = run(output, (truth > 1).double())
        assert judging.accuracy(found) == pytest.approx(metrics.accuracy_score(truth > 1, scores[:, 0] > 0))
        assert judging.surprise(found) == pytest.approx(metrics.log_loss(truth > 1, scores[:, 0].sigmoid()))


def test_judges_of_amounts_and_distributions_are_those_of_scikit_learn_and_scipy():
    metrics, special = pytest.importorskip("sklearn.metrics"), pytest.importorskip("scipy.special")
    generator = torch.Generator().manual_seed(0)
    said, truth = torch.randn(2, 200, 1, generator=generator)
    assert judging.r_squared(run(said[:, 0], truth)) == pytest.approx(metrics.r2_score(truth, said), rel=1e-5)
    p, q = torch.randn(2, 50, 4, generator=generator).softmax(2)
    expected = special.rel_entr(q.numpy(), p.numpy()).sum(1).mean()
    assert judging.divergence(run(p, q)) == pytest.approx(expected, rel=1e-4)


def test_what_is_no_number_is_not_called_right():
    found = run(torch.full((5, 3), torch.nan), torch.zeros(5, dtype=torch.long))
    assert judging.accuracy(found) != judging.accuracy(found)
    assert judging.numbers(found) == 0
    assert (judging.first_loss(found), judging.last_loss(found)) == (3.0, 1.0)
