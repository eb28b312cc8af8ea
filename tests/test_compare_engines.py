"""What comes out does not depend on where it was trained, and workers live and end with the process that they serve."""

import dataclasses
import os
import signal

import numpy as np
import pytest
from torch import nn

import lossmith as lm
from comparisons import TINY, plain, spec_of, splits_of
from lossmith.comparing import engines, trial
from lossmith.errors import ShapeError


def with_noise(inputs, outputs):
    """Dropout draws from the random state while it trains, BatchNorm keeps what it saw."""
    return nn.Sequential(nn.Linear(inputs, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, outputs))


def test_every_engine_gives_the_same_to_the_last_digit():
    specs = [spec_of(splits_of("real"), loss, with_noise, label=str(i), seed=seed)
             for seed in (0, 1) for i, loss in enumerate((lm.MSE(), lm.MAE()))]  # fmt: skip
    alone = {result.run: plain(result) for result in engines.serial(specs)}
    local = {result.run: plain(result) for result in engines.local(specs)}
    assert len(alone) == len(specs)
    assert alone == local
    assert list(engines.local([])) == []


def test_workers_read_large_arrays_that_they_may_write_to():
    splits = splits_of("real")
    wide = np.repeat(splits.train.features, 100, axis=0)  # beyond a megabyte, arrays are shared as files
    train = dataclasses.replace(splits.train, features=np.tile(wide, 8), target=np.repeat(splits.train.target, 100))
    parts = {
        name: dataclasses.replace(part, features=np.tile(part.features, 8))
        for name, part in (("validation", splits.validation), ("test", splits.test))
    }
    large, once = dataclasses.replace(splits, train=train, **parts), dataclasses.replace(TINY, epochs=1)
    specs = [spec_of(large, training=once, seed=seed) for seed in (0, 1)]
    assert train.features.nbytes > 2e6
    by_run = {result.run: plain(result) for result in engines.local(specs)}
    assert [by_run[spec.run] for spec in specs] == [plain(trial.train(spec)) for spec in specs]


def test_a_single_spec_is_trained_here_and_ends_nothing():
    spec = spec_of(splits_of("real"))
    assert [plain(result) for result in engines.local([spec])] == [plain(trial.train(spec))]


def test_workers_leave_ctrl_c_to_their_parent():
    here, before = os.getpid(), signal.getsignal(signal.SIGINT)

    def model(inputs, outputs):
        if os.getpid() != here and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            raise RuntimeError("would answer Ctrl-C with a traceback of its own")
        return nn.Linear(inputs, outputs)

    specs = [spec_of(splits_of("real"), model=model, seed=seed) for seed in (0, 1)]
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        assert len(list(engines.local(specs))) == 2
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_error_in_a_worker_comes_home():
    with pytest.raises(ShapeError, match="compare needs 1 score a row"):
        list(engines.local([spec_of(splits_of("real"), model=lambda i, o: nn.Linear(i, 3), seed=s) for s in (0, 1)]))
