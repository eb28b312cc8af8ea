"""Each limit of the audit has been swept, as it stands in the code, over the sizes that the page promises."""

import json
import math
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import drawn  # noqa: E402
import limits  # noqa: E402

LIMITS = limits.known()
KEPT = json.loads(limits.FILE.read_text("utf-8"))


def test_every_limit_has_been_swept_as_it_is():
    assert list(KEPT) == [limit.name for limit in LIMITS]
    for limit in LIMITS:
        again = f"write: python docs/limits.py {limit.codes.split(', ')[0]}"
        assert KEPT[limit.name]["limit"] == limit.value, again
        for side in ("right", "wrong"):
            said = " ".join(getattr(limit, side).__doc__.split()).rstrip(".")
            assert KEPT[limit.name][side]["is"] == said, again
            assert KEPT[limit.name][side]["runs"] >= 50


def test_what_is_drawn_is_what_the_page_says():
    page = " ".join((ROOT / "docs" / "auditing.md").read_text("utf-8").split())
    draws = list(drawn.draws())
    assert len({draw.seed for draw in draws}) == 24
    assert {draw.initialisation for draw in draws} == set(drawn.INITIALISATIONS)
    assert 0.4 < sum(draw.is_trained for draw in draws) / len(draws) < 0.6
    for name, unit in (("rows", "rows"), ("width", "units"), ("depth", "layers"), ("classes", "classes")):
        sizes = [getattr(draw, name) for draw in draws]
        assert f"{min(sizes)} to {max(sizes)} {unit}" in page
    assert f"up to {len(draws)} runs" in page


def test_a_line_for_each_limit():
    lines = limits.limits().splitlines()[2:]
    assert len(lines) == len(LIMITS)
    assert all(f"`{limit.constant}`" in line for limit, line in zip(LIMITS, lines, strict=True))


@pytest.mark.parametrize("name", [limit.name for limit in LIMITS if limit.constant == "divergences._NEGATIVE"])
def test_a_limit_is_swept_anew(name):
    """One of them, here: what was written down comes out."""
    (limit,) = (each for each in LIMITS if each.name == name)
    again = limits.swept(limit)
    assert again["misplaced"] == KEPT[name]["misplaced"]
    assert again["wrong"]["end"] == pytest.approx(KEPT[name]["wrong"]["end"], rel=0.05)


def test_shares_on_the_wrong_side():
    right, wrong = [1.0, 2.0, 3.0, 9.0], [4.0, 8.0, math.inf]
    assert limits.misplaced("above", 5.0, right, wrong) == [0.25, round(1 / 3, 4)]
    assert limits.misplaced("above", 9.0, right, wrong) == [0.0, round(2 / 3, 4)]  # at the limit nothing is found,
    assert limits.misplaced("above", 8.0, right, wrong) == [0.25, round(2 / 3, 4)]  # of either side
    below = [[-value for value in side] for side in (right, wrong)]
    assert limits.misplaced("below", -5.0, *below) == [0.25, round(1 / 3, 4)]


def test_the_best_limit_lies_amid_the_widest_gap():
    assert limits._best("above", [0.1, 0.2, 1.0], [100.0, 1000.0]) == {"limit": 10.0, "misplaced": [0.0, 0.0]}
    assert limits._best("below", [100.0, math.inf], [0.0, 1.0]) == {"limit": 10.0, "misplaced": [0.0, 0.0]}


def test_a_row_names_a_better_limit_where_one_is_due():
    limit = SimpleNamespace(finds="above", codes="LM000", compared="size", constant="here._FAR")
    side = {"is": "those", "runs": 100, "middle": 1.0, "end": 2.0}
    kept = {"limit": 3.0, "right": side, "wrong": side, "best": {"limit": 1e-5, "misplaced": [0.0, 0.01]}}
    row = [cell.replace(limits.TIED, " ") for cell in limits._row(limit, kept | {"misplaced": [0.0, 0.4]})]
    assert row[2:] == ["those: ≤ 2", "> 3 `here._FAR`", "those: ≥ 2", "0.0 % / **40.0 %**; at 1e−05: 0.0 % / 1.0 %"]
    assert limits._row(limit, kept | {"misplaced": [0.02, 0.0]})[-1].replace(limits.TIED, " ") == "2.0 % / 0.0 %"


@pytest.mark.parametrize("limit", LIMITS, ids=[limit.name for limit in LIMITS])
def test_what_a_limit_is_compared_with_is_still_measured(limit):
    draws = list(drawn.draws())[:6]
    for side in (limit.right, limit.wrong):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, of shapes that do not belong together
            assert any(limit.measure(drawn.case_of(side, draw)) is not None for draw in draws)
