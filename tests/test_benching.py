"""The benchmark: what it compares and refuses, what it keeps, how it judges. No test measures a time."""

import dataclasses
import json
import math
import os
import sys
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from rich.console import Console
from torch import Tensor
from typer.testing import CliRunner

import lossmith as lm
from lossmith import cli
from lossmith.benching import benchmark, child, goals, machine, memory, report, subjects, tables, terminal, timing
from lossmith.benching.figures import Failure, Pair, Peak, Results, Start
from lossmith.benching.peers import COMPILED, EAGER, HUGE_PAGES, LIGER, OURS
from lossmith.benching.prepared import Prepared, run
from lossmith.benching.subjects import BOTH, LINEAR, SUBJECTS, VALUE, Work, shape_of, works, written
from lossmith.errors import DataError, LossmithError, UnknownLossError

MODERATE = {"losses": ["mse"], "sizes": [(2**10,)]}
BRIEF = timing.Effort(seconds=0.0, least=3, most=3)


def pair(work, peer, speedup):
    return Pair(work, peer, 1e-3, 2e-3, speedup, round(0.9 * speedup, 3), round(1.1 * speedup, 3), 7)


def small(name):
    return Work(name, {1: (2048,), 2: (64, 10), 3: (16, 8, 32)}[len(SUBJECTS[name].shapes[0])])


each_subject = pytest.mark.parametrize("name", list(subjects.there_are()))


# --------------------------------------------------------------------------------------------------- what is compared


@each_subject
def test_both_sides_compute_the_same(name):
    for mode in (BOTH,) if SUBJECTS[name].is_inplace else (BOTH, VALUE):
        prepared = Prepared(dataclasses.replace(small(name), mode=mode))
        ours, torchs = (prepared.answer(call) for call in (prepared.work.subject.ours, prepared.work.subject.torchs))
        assert len(ours) == len(torchs) == (1 + prepared.work.subject.differentiated if mode == BOTH else 1)
        prepared.check(ours, torchs)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (lambda x, t: F.mse_loss(x, t) * 1.001, "values differ by 1"),
        (lambda x, t: F.mse_loss(x, t) + 1e-3 * (x - x.detach()).mean(), "gradients differ"),
        (lambda x, t: F.mse_loss(x, t) * math.nan, "values differ by nan"),
    ],
)
def test_a_peer_with_another_answer_is_refused_and_not_timed(wrong, what):
    found = timing.measure(small("mse"), {"wrong": wrong, "right": F.mse_loss}, BRIEF)
    (failure,) = [figure for figure in found if isinstance(figure, Failure)]
    assert failure.side == "wrong"
    assert failure.is_wrong
    assert what in failure.why
    assert [figure.peer for figure in found if isinstance(figure, Pair)] == ["right"]
    with pytest.raises(LossmithError, match=r"mse on \(2048,\) against wrong: the"):
        benchmark.refuse_wrong(Results(figures=found))


def test_a_peer_that_cannot_run_leaves_the_others_measured():
    def broken(*_):
        raise RuntimeError("no C++ compiler\nand much more")

    found = timing.measure(small("huber"), {"broken": broken, EAGER: F.huber_loss}, BRIEF)
    assert [type(figure) for figure in found] == [Pair, Failure]
    assert found[0].peer == EAGER
    assert found[1].why == "RuntimeError: no C++ compiler"
    benchmark.refuse_wrong(Results(figures=found))  # nothing is wrong


def test_where_ours_cannot_run_nothing_is_timed(monkeypatch):
    def broken(*_):
        raise RuntimeError("broken")

    monkeypatch.setitem(SUBJECTS, "mse", dataclasses.replace(SUBJECTS["mse"], ours=broken))
    (failure,) = timing.measure(small("mse"), {EAGER: F.mse_loss}, BRIEF)
    assert (failure.side, failure.why) == (OURS, "RuntimeError: broken")


@each_subject
def test_predictions_are_not_leaves_and_stay_usable(name):
    prepared = Prepared(small(name))
    for _ in range(3):
        arguments, by = prepared.fresh()
        for prediction in arguments[: prepared.work.subject.differentiated]:
            assert prediction.requires_grad
            assert not prediction.is_leaf
        for call in (prepared.work.subject.ours, prepared.work.subject.torchs):
            arguments, by = prepared.fresh()
            assert all(torch.isfinite(gradient).all() for gradient in run(call, arguments, by))
    assert all(torch.isfinite(x).all() for x in prepared.inputs if x.is_floating_point())


def test_in_place_ours_writes_the_gradient_over_the_scores():
    prepared = Prepared(small("cross_entropy_inplace"))
    _, gradient = prepared.answer(F.cross_entropy)
    run(prepared.work.subject.ours, *prepared.fresh())
    torch.testing.assert_close(prepared.inputs[0], gradient)


def test_value_alone_needs_no_gradient():
    arguments, by = Prepared(Work("mse", (8,), VALUE)).fresh()
    assert by == ()
    assert not any(argument.requires_grad for argument in arguments)


def test_useful_bytes_by_hand():
    assert Work("mse", (1000,)).useful_bytes == 3 * 4000
    assert Work("kl_divergence", (2048,), VALUE).useful_bytes == 2 * 4 * 2048
    assert Work("cross_entropy", (64, 10)).useful_bytes == 2 * 4 * 640 + 8 * 64
    assert Work("cross_entropy", (64, 10), BOTH, "cuda", "bfloat16").useful_bytes == 2 * 2 * 640 + 8 * 64
    assert Work(LINEAR, (64, 8, 10)).useful_bytes is None
    assert Work(LINEAR, (64, 8, 10)).bytes == 4 * 640


# ---------------------------------------------------------------------------------------------------- how it is asked


def test_the_sides_take_turns_and_each_is_first_as_often():
    order = []

    def side(name):
        return lambda: order.append(name) or len(order)

    times = timing.in_turn({name: side(name) for name in "abc"}, rounds=6)
    rounds = ["".join(order[i : i + 3]) for i in range(0, 18, 3)]
    assert rounds == ["abc", "bca", "cab"] * 2
    assert times["a"] == [1, 6, 8, 10, 15, 17]


def test_a_ratio_is_the_median_of_the_rounds_own():
    found = timing.pair(small("mse"), EAGER, ours=[1.0, 2.0, 10.0], theirs=[3.0, 8.0, 20.0])
    assert (found.ours, found.theirs, found.speedup, found.rounds) == (2.0, 8.0, 3.0, 3)
    assert found.low <= found.speedup <= found.high


def test_slow_work_has_few_rounds_and_quick_work_many():
    effort = timing.Effort(seconds=2.0, least=7, most=51)
    assert [effort.rounds(seconds) for seconds in (1e-3, 0.1, 100.0)] == [51, 20, 7]


def test_what_can_be_asked():
    assert {work.loss for work in works()} == set(subjects.there_are())
    assert all(work.mode == BOTH for work in works(quick=True))
    assert {work.shape for work in works(["mse"])} == {(2**p,) for p in (10, 13, 16, 18, 20, 22, 24, 25)}
    asked = works(["mse", "cross_entropy"], [(100,), (20, 30)])
    assert [(work.loss, work.shape, work.mode) for work in asked] == [
        ("mse", (100,), BOTH),
        ("mse", (100,), VALUE),
        ("cross_entropy", (20, 30), BOTH),
        ("cross_entropy", (20, 30), VALUE),
    ]
    with pytest.raises(UnknownLossError, match="hubber is not measured; choose from mse, huber"):
        works(["hubber"])
    with pytest.raises(LossmithError, match="ROWSxCLASSES"):
        works(["cross_entropy"], [(100,)])


def test_sizes_as_they_are_written():
    assert [shape_of(text) for text in ("2^20", "1000", "4096 x 1000")] == [(2**20,), (1000,), (4096, 1000)]
    assert [written(shape) for shape in ((2**20,), (1000,), (4096, 1000))] == ["2^20", "1,000", "4,096 × 1,000"]
    for text in ("", "0", "-4", "2^", "4096x", "big", "2^99"):
        with pytest.raises(LossmithError, match="is not a size; write one such as"):
            shape_of(text)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="this system does not count resident pages so")
def test_memory_is_what_a_call_makes_resident(monkeypatch):
    def greedy(x: Tensor, t: Tensor) -> Tensor:
        return F.mse_loss(x, t) + 0 * torch.ones(8 * x.numel())[0]  # eight arrays, freed before the call ends

    monkeypatch.setitem(SUBJECTS, "mse", dataclasses.replace(SUBJECTS["mse"], ours=greedy))
    work = Work("mse", (2**22,), VALUE)
    eager, ours = memory.peak(work, EAGER), memory.peak(work, OURS)
    assert 7.9 < ours / work.bytes < 9.5
    assert eager / work.bytes < 1.5


def test_a_child_measures_with_huge_pages():
    asked = [small("mse"), small("cross_entropy")]
    answers = list(child.with_huge_pages(asked, BRIEF, threads=1))
    assert [[(f.work, f.peer) for f in found] for found in answers] == [[(work, HUGE_PAGES)] for work in asked]


def test_huge_pages_are_on_when_the_child_starts(monkeypatch):
    started = []

    def start(command, **options):
        started.append(options["env"])
        raise OSError("no more processes")

    monkeypatch.setattr(child.subprocess, "Popen", start)
    with pytest.raises(OSError, match="no more processes"):
        next(child.with_huge_pages([small("mse")], BRIEF, threads=1))
    assert started[0]["THP_MEM_ALLOC_ENABLE"] == "1"
    assert started[0].items() > {("PATH", os.environ["PATH"])}


def test_a_child_that_dies_is_said_for_each_work_that_it_owes():
    asked = [small("mse"), dataclasses.replace(small("mse"), dtype="no such"), small("huber")]
    answers = list(child.with_huge_pages(asked, BRIEF, threads=1))
    assert [type(found[0]) for found in answers] == [Pair, Failure, Failure]
    assert "no such" in answers[1][0].why


def test_the_first_call_is_timed_with_a_cold_and_with_a_warm_cache():
    answers = [figure for found in child.first_calls([small("mse")]) for figure in found]
    assert [(figure.loss, figure.cache) for figure in answers] == [("mse", "cold"), ("mse", "warm")]
    assert all(figure.seconds > 0 for figure in answers)


# ----------------------------------------------------------------------------------------------------- how it is judged

# What is to be reached, by hand: loss → size → (against eager, against torch.compile, against eager with huge pages).
CHEAP = {10: (0.95, 2, None), 16: (0.95, 2, None), 18: (None,) * 3, 20: (3, 2, None), 22: (4, 2, 2), 25: (4, 2, 2)}
COSTLY = {**CHEAP, 22: (10, 3, 2), 24: (10, 3, 2), 25: (10, 3, 2)}
WANTED = {
    **{(loss, (2**power,)): want for loss in ("mse", "huber") for power, want in CHEAP.items()},
    **{(loss, (2**p,)): w for loss in ("binary_cross_entropy", "kl_divergence") for p, w in COSTLY.items()},
    ("cross_entropy", (8192, 10)): (5, 2, None),
    ("cross_entropy", (65536, 10)): (5, 2, None),
    ("cross_entropy", (4096, 1000)): (3.5, 2, 2),
    ("cross_entropy", (2048, 32000)): (7, 4, 2),
    ("cross_entropy", (1024, 128256)): (7, 4, 2),
    ("cross_entropy_inplace", (8192, 10)): (None,) * 3,
    ("cross_entropy_inplace", (4096, 1000)): (None, None, 2),
    ("cross_entropy_inplace", (2048, 32000)): (10, 4, 2),
    ("cross_entropy_inplace", (1024, 128256)): (10, 4, 2),
    (LINEAR, (1024, 1024, 32000)): (1, None, None),
}


@pytest.mark.parametrize(("loss", "shape"), list(WANTED))
def test_each_pair_is_held_against_its_target(loss, shape):
    for peer, limit in zip((EAGER, COMPILED, HUGE_PAGES), WANTED[loss, shape], strict=True):
        work = Work(loss, shape)
        verdicts = [
            tables.verdict([figure], Results(figures=[figure]))
            for figure in (pair(work, peer, (limit or 1) * factor) for factor in (0.999, 1, 1.001))
        ]
        assert verdicts == (["", "", ""] if limit is None else ["missed", "reached", "reached"])
        value = pair(dataclasses.replace(work, mode=VALUE), peer, 0.001)
        assert tables.verdict([value], Results(figures=[value])) == ""  # targets are about value and gradient


@pytest.mark.parametrize(
    ("loss", "of_gradients", "wanted"),
    [
        ("cross_entropy", 1.05, "reached"),
        ("cross_entropy", 1.2, "missed"),
        ("cross_entropy_inplace", 0.05, "reached"),
        ("cross_entropy_inplace", 1.0, "missed"),
        ("mse", 3.0, ""),
    ],
)
def test_memory_is_held_against_its_target(loss, of_gradients, wanted):
    work = Work(loss, SUBJECTS[loss].shapes[-1])
    peaks = [Peak(work, OURS, int(of_gradients * work.bytes)), Peak(work, EAGER, 3 * work.bytes)]
    assert tables.verdict(peaks, Results(figures=peaks)) == wanted


@pytest.mark.parametrize(("share", "wanted"), [(0.24, "reached"), (0.26, "missed")])
def test_a_last_layer_is_held_against_the_memory_of_eager_beside_the_gradients(share, wanted):
    work = Work(LINEAR, (1024, 1024, 32000))
    gradients = 4 * (1024 * 1024 + 32000 * 1024)
    peaks = [Peak(work, OURS, int(gradients + share * 3e8)), Peak(work, EAGER, int(gradients + 3e8))]
    assert tables.verdict(peaks, Results(figures=peaks)) == wanted


@pytest.mark.parametrize(("cache", "limit"), [("cold", 4.0), ("warm", 0.6)])
def test_first_calls_are_held_against_their_target(cache, limit):
    for seconds, wanted in ((limit, "reached"), (limit + 0.01, "missed")):
        start = Start("mse", cache, seconds)
        assert tables.verdict([start], Results(figures=[start])) == wanted


def test_the_gpu_is_held_against_what_was_set_for_an_h200():
    rows = Work("cross_entropy", (8192, 128256), BOTH, "cuda", "bfloat16")
    stream = Work("mse", (2**28,), BOTH, "cuda", "bfloat16")
    figures = [
        Pair(rows, EAGER, 1.2e-3, 1e-2, 8.0, 8.0, 8.0, 7),
        Pair(rows, LIGER, 1.2e-3, 1e-3, 0.8, 0.8, 0.8, 7),
        Pair(stream, EAGER, stream.useful_bytes / 3.6e12, 1e-2, 8.0, 8.0, 8.0, 7),
    ]
    results = Results(machine={"GPU": "NVIDIA H200"}, bandwidth={"cuda": 4e12}, figures=figures)
    assert [tables.verdict([figure], results) for figure in figures] == ["reached", "missed", "reached"]
    elsewhere = dataclasses.replace(results, machine={"GPU": "another"})
    assert [tables.verdict([figure], elsewhere) for figure in figures] == ["", "missed", ""]


def test_a_target_is_reached_when_all_its_figures_do():
    figures = [pair(Work("mse", (2**power,)), EAGER, speedup) for power, speedup in ((22, 5.0), (24, 3.0), (25, 9.0))]
    table = tables.targets(Results(figures=figures))
    assert table.rows == [["mse, huber, 2^22 … 2^25 elements, against torch eager", "≥ 4×", "3.00", "2 of 3", "missed"]]
    assert tables.targets(Results(figures=figures[::2])).rows[0][2:] == ["5.00", "2 of 2", "reached"]


def test_every_goal_is_about_some_work():
    on_gpu = [Work(name, shape, BOTH, "cuda") for name, subject in SUBJECTS.items() for shape in subject.on_gpu]
    asked = [Work(name, shape) for name, subject in SUBJECTS.items() for shape in subject.shapes] + on_gpu
    figures = [pair(work, peer, 1.0) for work in asked for peer in (EAGER, COMPILED, HUGE_PAGES, LIGER)]
    figures += [Peak(work, side, 10**12) for work in asked for side in (OURS, EAGER)]
    figures += [Start("mse", "cold", 1.0), Start("mse", "warm", 1.0)]
    results = Results(machine={"GPU": "NVIDIA H200"}, bandwidth={"cuda": 1.0}, figures=figures)
    assert all(goal.numbers(results) for goal in goals.GOALS)


# --------------------------------------------------------------------------------------------------------- what is kept


def made_up():
    rows, amounts = Work("cross_entropy", (4096, 1000)), Work("mse", (2**20,))
    return Results(
        machine={"processor": "a | b", "cores": "2"},
        bandwidth={"cpu": 5e10},
        notes=["GPU: not measured, none at hand"],
        figures=[
            pair(rows, EAGER, 3.6),
            pair(rows, COMPILED, 1.5),
            pair(amounts, EAGER, 12.0),
            pair(dataclasses.replace(amounts, mode=VALUE), EAGER, 123.0),
            Peak(rows, OURS, 17_000_000),
            Peak(rows, EAGER, 50_000_000),
            Start("mse", "cold", 2.5),
            Failure(amounts, COMPILED, "no compiler | at all", is_wrong=False),
        ],
        is_whole=True,
    )


def test_results_come_back_from_json_as_they_were(tmp_path):
    results = made_up()
    path = results.save(tmp_path / "a" / "b")
    assert Results.load(path) == results
    assert json.loads(path.read_text("utf-8"))["figures"][0]["speedup"] == 3.6
    assert [entry.name for entry in path.parent.iterdir()] == ["benchmark.json"]  # nothing half-written stays


def test_a_folder_that_cannot_be_written_is_an_error_of_ours(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot be written.*Choose another folder"):
        made_up().save(tmp_path / "file")


def test_markdown_and_page_and_terminal_have_every_row(tmp_path):
    results = made_up()
    page = report.write(tmp_path, results).read_text("utf-8")
    text = (tmp_path / "benchmark.md").read_text("utf-8")
    console = Console(width=200)
    with console.capture() as captured:
        console.print(terminal.summary(results))
    shown = captured.get()
    for table in tables.tables(results).values():
        for row in table.rows:
            assert f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" in text
            assert all(f">{cell.replace('|', '|').split(' ')[0].split('_')[0]}" in page for cell in row if cell)
            assert all(cell.partition(" [")[0] in shown for cell in row)
    for said in ("GPU: not measured, none at hand", "50 GB/s", "a | b"):
        assert said in text
        assert said in page
    assert "| mse | 2^20 | 1 ms | 12.0 ≥ 3 [10.8–13.2] |" in text
    assert "3.60 ≥ 3.5 [3.24–3.96] | 1.50 < 2 [1.35–1.65] | 66 % | missed |" in text
    assert "| 17 MB (1.04) | 50 MB (3.05) | reached |" in text
    assert page.count('<div class="plot">') == 3  # against eager, against torch.compile, the bandwidth


def test_a_busy_machine_is_said():
    assert "took 30% of the processors meanwhile" in report.markdown(Results(other_work=0.3))
    assert "so that these figures say little" not in report.markdown(Results(other_work=0.01))
    assert "other programs" not in report.markdown(Results(other_work=None)).lower()


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="this system does not say what its processors did")
def test_other_work_is_what_is_not_ours(monkeypatch):
    moments = iter([(0.0, 10.0, 1.0), (100.0, 10.0 + 50.0, 1.0 + 30.0), (100.0, 10.0 + 30.0, 1.0 + 31.0)])
    monkeypatch.setattr(machine, "_ticks", lambda: next(moments))
    monkeypatch.setattr(machine.os, "cpu_count", lambda: 4)
    other = machine.OtherWork()
    assert other.share() == 20 / 400
    assert other.share() == 0.0  # clocks of the system are coarse
    monkeypatch.undo()
    seconds, busy, ours = machine._ticks()
    assert seconds > 0
    assert 0 < ours < busy


@pytest.fixture
def alone(monkeypatch):
    """A run in this process alone, with torch eager alone."""
    monkeypatch.setattr(benchmark, "names", lambda work: [EAGER])
    monkeypatch.setattr(benchmark.child, "with_huge_pages", lambda works, effort, threads: iter([[] for _ in works]))
    monkeypatch.setattr(benchmark.child, "first_calls", lambda works: iter([[Start("mse", "cold", 1.0)], []]))
    monkeypatch.setattr(benchmark.machine, "bandwidth", lambda device: 1e10)


def test_a_run_measures_what_was_asked(alone, tmp_path):
    titles = []

    def progress(title, count, answers):
        titles.append((title, count))
        return answers

    results = benchmark.bench(tmp_path, losses=["mse"], sizes=[(64,)], progress=progress)
    assert titles == [("times", 2), ("times, huge pages", 2), ("first calls", 2)]
    assert [(p.work.mode, p.peer) for p in results.of(Pair)] == [(BOTH, EAGER), (VALUE, EAGER)]
    assert results.is_whole
    assert {path.name for path in tmp_path.iterdir()} == {"benchmark.json", "benchmark.md", "benchmark.html"}


def test_each_figure_is_on_disk_before_the_next_is_measured(alone, tmp_path):
    found = []

    def progress(title, count, answers):
        for figures in answers:
            assert len(Results.load(tmp_path / "benchmark.json").figures) == len(found)
            found.extend(figures)
            yield figures

    benchmark.bench(tmp_path, losses=["mse"], sizes=[(64,)], progress=progress)
    assert [type(figure) for figure in found] == [Pair, Pair, Start]


def test_a_run_that_is_stopped_keeps_what_it_has(alone, monkeypatch, tmp_path):
    measured = []

    def measure(work, peers, effort):
        if len(measured) == 2:
            raise KeyboardInterrupt
        measured.append(pair(work, EAGER, 2.0))
        return measured[-1:]

    monkeypatch.setattr(benchmark, "measure", measure)
    shown = CliRunner().invoke(cli.app, ["bench", "--out", str(tmp_path)])
    assert shown.exit_code == 130
    assert f"What was measured is kept in {tmp_path}" in " ".join(shown.output.split())
    results = Results.load(tmp_path / "benchmark.json")
    assert results.figures == measured
    assert not results.is_whole
    assert "This run was stopped before its end" in (tmp_path / "benchmark.md").read_text("utf-8")


def test_the_command_prints_json_or_tables(alone, tmp_path):
    arguments = ["bench", "--quick", "--losses", "mse", "--sizes", "2^6", "--out", str(tmp_path)]
    printed = json.loads(CliRunner().invoke(cli.app, [*arguments, "--json"]).stdout)
    assert [entry["kind"] for entry in printed["figures"]] == ["pair", "start"]
    assert printed["figures"][0]["shape"] == [64]
    shown = CliRunner().invoke(cli.app, arguments)
    assert shown.exit_code == 0
    assert "Losses of each element: value + gradient" in shown.stdout
    assert "too few for a claim" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--losses", "nonsense"], "nonsense is not measured; choose from mse"),
        (["--sizes", "huge"], "'huge' is not a size"),
        (["--losses", "mse", "--sizes", "64x10"], "no loss that was chosen takes a size"),
    ],
)
def test_wrong_use_is_one_message_and_exit_code_2(arguments, said, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["lossmith", "bench", "--out", str(tmp_path), *arguments])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_wrong_answer_ends_the_command_with_2_after_all_was_written(alone, monkeypatch, capsys, tmp_path):
    wrong = dataclasses.replace(SUBJECTS["mse"], torchs=lambda x, t: F.mse_loss(x, t) * 2)
    monkeypatch.setitem(SUBJECTS, "mse", wrong)
    monkeypatch.setattr(sys, "argv", ["lossmith", "bench", "--losses", "mse", "--sizes", "64", "--out", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert "should agree do not" in capsys.readouterr().err
    assert Results.load(tmp_path / "benchmark.json").is_whole


def test_linear_cross_entropy_is_measured_where_there_is_one():
    assert (LINEAR in subjects.there_are()) == hasattr(lm, LINEAR)
