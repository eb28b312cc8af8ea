"""The page "Which loss?" shows what was measured, and what was measured is of today's code."""

import dataclasses
import html
import importlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import lossmith as lm
from lossmith import datasets
from lossmith.choosing import amounts, rules, shape
from lossmith.comparing import Training, dynamics
from lossmith.comparing.data import prepare
from lossmith.comparing.defaults import default_losses
from lossmith.comparing.metrics import metrics_of
from lossmith.reading import read

DOCS = Path(__file__).resolve().parent.parent / "docs"
sys.path.insert(0, str(DOCS))

made, measure, which_loss = map(importlib.import_module, ("made", "measure", "which_loss"))  # no package
BUNDLED = [dataset.name for dataset in datasets.ALL]
COMPARED = [*BUNDLED, "advised", "weights", "itself", "twins"]
MARKER = re.compile(r"<!-- generated: (\w+) -->\n<!-- end -->")


def prose(name):
    """The page's text without generated sections, code and addresses."""
    text = MARKER.sub("", (DOCS / name).read_text("utf-8"))
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return " ".join(re.sub(r"`[^`]*`|\]\([^)]*\)", "", text).split())


def test_the_page_shows_each_section_once_and_types_none():
    assert sorted(MARKER.findall((DOCS / "which-loss.md").read_text("utf-8"))) == sorted(which_loss.__all__)


@pytest.mark.parametrize("name", which_loss.__all__)
def test_a_section_is_filled(name):
    section = getattr(which_loss, name)()
    assert len(section) > 20
    assert "nan" not in section.lower().split()


def test_a_number_in_the_prose_is_a_definition_and_no_result():
    rows, tuning, share = 100, amounts._TUNING, 100 * dynamics.SHARE
    numbers = re.findall(r"\d[\d.,]*\d|\d", prose("which-loss.md"))
    assert {float(number) for number in numbers} <= {1, rows, tuning, share}  # 1: labels of −1 and +1, LogCosh's bend


def test_the_page_on_choosing_names_the_thresholds_of_the_rules():
    text = prose("choosing.md")
    for said in (
        f"at most {100 * amounts._CLEARLY:.0f} %",
        f"(Moors {amounts._PEAKED} or more)",
        f"set to {amounts._TUNING} robust standard deviations",
        f"/ {shape._NORMAL_MAD:.4f})",
        f"{lm.choosing.advice.MOST_ROWS:,} rows",
    ):
        assert said in text, said
    assert rules.IMBALANCED == 4
    assert "has four times the rows" in text


@pytest.mark.parametrize("name", measure.MEASUREMENTS)
def test_what_is_kept_is_the_same_wherever_it_was_measured(name):
    text = (measure.FOLDER / f"{name}.json").read_text("utf-8")
    assert json.loads(text)["versions"].keys() == measure.versions().keys()
    assert not re.search(r'seconds|"[A-Z]?:?[/\\]', text), "a time or a path"


@pytest.mark.parametrize("name", COMPARED)
def test_the_verdict_is_what_the_statistics_give_for_the_kept_table(name):
    kept = which_loss.measured(name)
    assert which_loss.verdict_of(kept) == kept["verdict"]
    summaries = which_loss.summaries_of(kept)
    for ranking in which_loss.rankings_of(kept):
        means = [summaries[label, ranking.metric.name].mean for label in ranking.order]
        assert means == sorted(means, reverse=ranking.metric.higher_is_better)
        assert ranking.leaders[:1] == ranking.order[:1]
        assert set(ranking.leaders) <= set(ranking.order)


@pytest.mark.parametrize("name", COMPARED)
def test_losses_and_metrics_are_those_that_there_are(name):
    kept = which_loss.measured(name)
    for row, (label, loss) in zip(kept["table"], kept["losses"].items(), strict=True):
        assert row["loss"] == label
        assert isinstance(eval(loss, vars(lm)), lm.Loss)
    assert [ranked["metric"] for ranked in kept["rankings"]] == [m.name for m in metrics_of(kept["task"]["group"])]


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_table_was_compared_as_it_is_today(name):
    kept = which_loss.measured(name)
    splits = prepare(read(name, None, None))
    assert kept["data"]["fingerprint"] == splits.fingerprint()
    assert [eval(loss, vars(lm)) for loss in kept["losses"].values()] == list(default_losses(splits.task))
    assert kept["training"] == json.loads(json.dumps(dataclasses.asdict(Training())))
    assert kept["seeds"] == measure.SEEDS


@pytest.mark.parametrize("name", ["itself", "twins"])
def test_a_control_has_no_winner(name):
    kept = which_loss.measured(name)
    assert "no difference is shown" in kept["verdict"]
    for ranking in which_loss.rankings_of(kept):
        assert set(ranking.leaders) == set(kept["losses"])


def test_the_losses_advised_are_those_that_were_proved():
    for name, run in which_loss.PROOFS.items():
        kept, ranking = which_loss.measured(run), which_loss.measured("chosen")[name]["ranking"]
        assert which_loss._label(kept, ranking[0]) in kept["losses"]
    ranked = [entry["repr"] for entry in which_loss.measured("chosen")["houses"]["ranking"]]
    proved = list(which_loss.measured("advised")["losses"].values())
    assert proved == ranked[: len(proved)]


@pytest.mark.parametrize("name", ["spam", "digits"])
def test_choose_says_of_a_bundled_table_what_is_kept(name):
    kept = which_loss.measured("chosen")[name]
    assert [entry["said"] for entry in measure.plain(measure._advice(lm.choose(name)))["ranking"]] == [
        entry["said"] for entry in kept["ranking"]
    ]


@pytest.mark.parametrize("title", made.ROWS)
def test_choose_says_of_made_data_what_is_kept(title):
    kept = which_loss.measured("made")
    assert list(kept) == list(made.ROWS)
    assert len(kept[title]) == measure.SEEDS
    now = measure._choice(title, 0)
    assert {key: now[key] for key in ("loss", "estimates")} == {
        key: kept[title][0][key] for key in ("loss", "estimates")
    }


def test_the_mean_is_missed_as_the_page_says():
    off = {}
    for name in ("doctor_visits", "advised"):
        kept = which_loss.measured(name)
        off[name] = {label: said / kept["mean_target"] - 1 for label, said in kept["mean_prediction"].items()}
    assert off["doctor_visits"]["mae"] < off["doctor_visits"]["huber"] < -0.1
    assert max(abs(off["doctor_visits"][label]) for label in ("poisson", "mse")) < 0.03
    assert max(map(abs, off["advised"].values())) < 0.03


def test_what_poisson_loses_mae_wins():
    kept = which_loss.measured("doctor_visits")
    lost = [ranking for ranking in which_loss.rankings_of(kept) if "poisson" not in ranking.leaders]
    assert {ranking.order[0] for ranking in lost} == {"mae"}


def test_rows_needed_are_those_of_theory():
    kept = which_loss.measured("efficiency")
    assert list(kept) == list(measure.NOISES)
    now = measure._rows_needed(measure.NOISES["Laplace"](np.random.default_rng(0)))
    assert {said: found["rows"] for said, found in now.items()} == pytest.approx(
        {said: found["rows"] for said, found in kept["Laplace"].items()}, rel=1e-3
    )
    assert kept["normal"]["MAE()"]["rows"] == pytest.approx(np.pi / 2, rel=0.02)
    assert kept["normal"]["Huber(delta=1.345)"]["rows"] == pytest.approx(1 / 0.95, rel=0.01)
    assert kept["uniform"]["MAE()"]["rows"] == pytest.approx(3, rel=0.02)
    assert kept["Laplace"]["MAE()"]["rows"] == pytest.approx(1 / 2, rel=0.05)


def test_the_picture_of_the_terminal_shows_the_kept_verdict():
    svg = html.unescape((DOCS / "images" / "compare-terminal.svg").read_text("utf-8"))
    shown = re.sub(r"[\s\N{NO-BREAK SPACE}│]+", " ", " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))
    assert which_loss.measured("houses")["verdict"] in shown
    assert "http" not in re.sub(r"https?://www\.(w3\.org|textualize\.io)", "", svg)
