"""Real processes: Ctrl-C and a kill lose nothing that is finished, leave no worker behind, and the command goes on."""

import contextlib
import json
import os
import signal
import subprocess
import sys

import polars as pl
import pytest

import lossmith as lm
from lossmith.comparing import compare

# What runs in the background of a script is started deaf to Ctrl-C, and would hand that on.
HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from lossmith.cli import main; main()"
COMMAND = [sys.executable, "-c", HEARS, "compare", "houses", "--losses", "mse,huber", "--seeds", "2", "--quick"]
ALL_RUNS = 2 * 3 + 2 * 2
LONGEST = 300  # seconds, after which a process that should have ended hangs

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals to a group of processes are POSIX's")


@contextlib.contextmanager
def started(*arguments):
    """The command in a group of processes of its own, as a shell starts it."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def finished_runs(folder):
    return len(list((folder / "runs").glob("*.parquet")))


def times_of(frame):
    return dict(frame.select("key", "seconds").rows())


def wait_for_runs(process, folder, most):
    while finished_runs(folder) < most:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
            pytest.fail(f"ended by itself: {process.communicate()}")


def test_ctrl_c_says_how_to_go_on_and_leaves_no_worker_behind(tmp_path):
    with started("--out", str(tmp_path)) as process:
        wait_for_runs(process, tmp_path, 3)
        os.killpg(process.pid, signal.SIGINT)
        # The pipes end when the last process that holds them does: the workers have them too.
        output, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 130
    assert output == ""
    assert "Traceback" not in errors
    assert f"--resume {tmp_path}" in errors
    assert 3 <= finished_runs(tmp_path) < ALL_RUNS
    assert {path.name for path in tmp_path.iterdir()} == {"settings.json", "runs"}


def test_a_killed_comparison_goes_on_and_ends_in_the_table_of_one_that_was_not(tmp_path):
    with started("--out", str(tmp_path)) as process:
        wait_for_runs(process, tmp_path, 3)
        process.kill()
        process.communicate(timeout=LONGEST)  # its workers end with it, and nobody told them to
    assert process.returncode == -signal.SIGKILL
    kept = times_of(pl.concat(map(pl.read_parquet, (tmp_path / "runs").glob("*.parquet")), how="diagonal"))
    assert 3 <= len(kept) < ALL_RUNS
    with started("--resume", str(tmp_path), "--json") as process:
        output, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, errors
    printed = json.loads(output)
    whole = compare("houses", losses=[lm.MSE(), lm.Huber()], seeds=2, quick=True, engine="serial")
    assert [{**row, "seconds": 0} for row in printed["table"]] == [
        {**row, "seconds": 0} for row in whole.table.to_dicts()
    ]
    assert printed["verdict"] == whole.verdict
    assert {path.name for path in tmp_path.iterdir()} == {"settings.json", "results.parquet", "report.html"}
    frame = pl.read_parquet(tmp_path / "results.parquet")
    assert len(frame) == ALL_RUNS
    assert kept.items() <= times_of(frame).items()  # not trained again
