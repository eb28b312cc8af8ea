"""Kernels on several threads: from Python's threads, in the workers of a DataLoader, after a fork; and their memory."""

import ctypes
import gc
import multiprocessing
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from numba import njit
from torch.utils.data import DataLoader, Dataset

import lossmith as lm
from lossmith.kernels.cpu import threads
from lossmith.kernels.cpu.buffers import SMALLEST, Pool
from lossmith.kernels.cpu.team import run_on_team

pytestmark = pytest.mark.kernels

N = 1 << 18  # elements: enough for several threads


on_torchs_threads = pytest.mark.skipif(
    sys.platform != "linux", reason="only the wheels for Linux bring OpenMP of GNU; there it must be found"
)


@pytest.fixture(params=["torch's threads", "our own"])
def two_threads(request, monkeypatch):
    if request.param == "our own":
        monkeypatch.setattr(threads, "_gomp_parallel", lambda: 0)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def numbers(seed=0):
    random = torch.Generator().manual_seed(seed)
    return torch.randn(N, generator=random), torch.randn(N, generator=random)


def value_and_slopes(seed=0, batch=None):
    x, t = batch or numbers(seed)
    leaf = x.requires_grad_()
    value = lm.Huber()(leaf, t)
    value.backward()
    return value.item(), leaf.grad


def expected(seed=0):
    x, t = numbers(seed)
    leaf = x.double().requires_grad_()
    value = torch.nn.functional.huber_loss(leaf, t.double())
    value.backward()
    return value.item(), leaf.grad


def is_right(found, seed=0):
    value, slopes = expected(seed)
    return abs(found[0] - value) < 1e-6 and torch.allclose(found[1].double(), slopes, rtol=1e-6, atol=0)


def test_the_number_of_threads_does_not_change_a_bit(two_threads):
    both = value_and_slopes()
    torch.set_num_threads(1)
    one = value_and_slopes()
    assert both[0] == one[0]
    assert torch.equal(both[1], one[1])


def test_torchs_number_of_threads_is_respected(two_threads):
    assert threads.threads_for(64, least=1) == 2
    assert threads.threads_for(64, least=33) == 1
    torch.set_num_threads(1)
    assert threads.threads_for(64, least=1) == 1


def test_our_own_threads_share_the_ranges():
    seen = []
    both_are_there = threading.Barrier(2, timeout=30)

    def work(first, last):
        if threading.get_ident() not in {thread for thread, *_ in seen}:
            seen.append((threading.get_ident(), first, last))
            both_are_there.wait()
        else:
            seen.append((threading.get_ident(), first, last))

    threads.in_ranges(work, 64, 2)
    assert sorted((first, last) for _, first, last in seen) == [(n, n + 8) for n in range(0, 64, 8)]
    assert len({thread for thread, *_ in seen}) == 2


@on_torchs_threads
def test_torchs_threads_share_the_ranges():
    """A loop that sleeps and notes which thread computes a block."""
    library = ctypes.CDLL(None)
    thread, sleep = library.pthread_self, library.usleep
    thread.argtypes, thread.restype, sleep.argtypes = [], ctypes.c_size_t, [ctypes.c_uint]

    @njit
    def note(seen, first, last):
        sleep(20_000)
        for block in range(first, last):
            seen[block, 0] = thread()
            seen[block, 1] += 1

    @njit(nogil=True)
    def by_team(parallel, count, ranges, blocks, *arguments):
        run_on_team(note, parallel, count, ranges, blocks, arguments)

    seen = np.zeros((13, 2), np.uint64)
    by_team(threads.parallel_of_torch(), 2, 8, 13, seen)
    assert (seen[:, 1] == 1).all()
    assert len(set(seen[:, 0])) == 2


@on_torchs_threads
def test_a_thread_that_fails_is_an_error_of_the_caller():
    @njit
    def refuse(blocks, first, last):
        if first <= blocks[0] < last:
            raise MemoryError

    @njit(nogil=True)
    def by_team(parallel, count, ranges, blocks, *arguments):
        run_on_team(refuse, parallel, count, ranges, blocks, arguments)

    by_team(threads.parallel_of_torch(), 2, 8, 13, np.array([13]))
    with pytest.raises(MemoryError, match="a thread had no memory left"):
        by_team(threads.parallel_of_torch(), 2, 8, 13, np.array([5]))


def test_an_error_in_one_range_is_raised_when_all_are_done():
    done = []

    def work(first, last):
        if first == 4:
            raise ValueError(f"range {first}")
        done.append(first)

    with pytest.raises(ValueError, match="range 4"):
        threads.in_ranges(work, 8, 2)
    assert sorted(done) == [0, 1, 2, 3, 5, 6, 7]


def test_called_from_several_python_threads(two_threads):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(value_and_slopes, range(16)))
    assert all(is_right(each, seed) for seed, each in enumerate(found))


def _in_child(queue, batch):
    value, slopes = value_and_slopes(batch=batch)
    queue.put((value, slopes.numpy()))


def test_after_a_fork(two_threads):
    assert is_right(value_and_slopes())  # the parent's threads are there, the child has none of them
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    # torch's own threads do die with a fork: the child must compute nothing else that takes several
    child = context.Process(target=_in_child, args=(queue, numbers()), daemon=True)
    child.start()
    value, slopes = queue.get(timeout=60)
    child.join(60)
    assert child.exitcode == 0
    assert is_right((value, torch.from_numpy(slopes)))
    assert is_right(value_and_slopes())


class Losses(Dataset):
    """Each item is a loss: what a collate function or a hard-example miner computes in a worker."""

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return value_and_slopes(index)[0]


def test_in_the_workers_of_a_data_loader(two_threads):
    assert is_right(value_and_slopes())
    loader = DataLoader(Losses(), batch_size=2, num_workers=2, multiprocessing_context="fork")
    found = [value for batch in loader for value in batch.tolist()]
    assert found == pytest.approx([expected(seed)[0] for seed in range(4)], rel=1e-6)


# Memory ---------------------------------------------------------------------------------------------------------------


def test_memory_that_was_freed_is_used_again():
    pool = Pool()
    first = pool.empty((N,), torch.float32)
    place = first.data_ptr()
    view = first[10:20]
    del first
    gc.collect()
    assert pool.free_bytes() == 0  # a view of it lives
    del view
    assert pool.free_bytes() == 4 * N
    again = pool.empty((N // 2, 2), torch.float32)
    assert again.data_ptr() == place
    assert pool.free_bytes() == 0
    other = pool.empty((N,), torch.float32)
    assert other.data_ptr() != place


def test_the_pool_is_bounded_and_can_be_emptied():
    pool = Pool(kept=10 * N)
    held = [pool.empty((N,), torch.float32) for _ in range(5)]
    del held
    assert 0 < pool.free_bytes() <= 10 * N
    pool.clear()
    assert pool.free_bytes() == 0


def test_what_is_larger_than_the_bound_is_not_kept():
    pool = Pool(kept=SMALLEST)
    pool.empty((2 * N,), torch.float32)
    assert pool.free_bytes() == 0


def test_the_pool_serves_threads():
    pool = Pool()

    def borrow(seed):
        for _ in range(50):
            mine = pool.empty((N // 8 + seed,), torch.float32)
            mine.fill_(seed)
            if not bool((mine == seed).all()):
                return False
        return True

    with ThreadPoolExecutor(8) as workers:
        assert all(workers.map(borrow, range(16)))


def test_the_gradient_of_one_step_is_the_memory_of_the_next():
    x, t = numbers()
    lm.empty_cache()
    places = []
    for _ in range(3):
        prediction = x.clone().requires_grad_() * 1
        (gradient,) = torch.autograd.grad(lm.MSE()(prediction, t), prediction)
        places.append(gradient.data_ptr())
        del gradient, prediction
    assert len(set(places)) == 1


def test_a_gradient_is_never_shared():
    kept = [value_and_slopes(seed)[1] for seed in range(4)]
    assert all(is_right((expected(seed)[0], slopes), seed) for seed, slopes in enumerate(kept))
    assert len({slopes.data_ptr() for slopes in kept}) == 4


@pytest.mark.parametrize("layout", ["channels_last", "transposed", "strided", "column", "expanded"])
def test_layouts(layout):
    random = torch.Generator().manual_seed(1)
    x, t = (torch.randn(4, 6, 8, 10, generator=random) for _ in range(2))
    if layout == "channels_last":
        x = x.to(memory_format=torch.channels_last)
    elif layout == "transposed":
        x, t = x.permute(3, 1, 0, 2), t.permute(3, 1, 0, 2).contiguous()
    elif layout == "strided":
        x, t = x[:, ::2, 1:], t[:, ::2, 1:]
    elif layout == "column":
        x, t = x.reshape(-1, 10)[:, 3], t.reshape(-1, 10)[:, 4]
    else:
        t = t[:1].expand(4, -1, -1, -1)
    leaf = x.detach().requires_grad_()
    assert lm.explain_path(lm.Huber(), leaf, t).is_kernel
    weight = torch.rand(x.shape, generator=random)
    for reduction in ("mean", "none"):
        value = lm.Huber()(leaf, t, weight=weight, reduction=reduction)
        (slopes,) = torch.autograd.grad(value.sum(), leaf)
        wanted = torch.nn.functional.huber_loss(leaf.double(), t.double(), reduction="none") * weight
        wanted = wanted.sum() / weight.double().sum() if reduction == "mean" else wanted
        (wanted_slopes,) = torch.autograd.grad(wanted.sum(), leaf)
        assert value.shape == wanted.shape
        np.testing.assert_allclose(value.detach(), wanted.detach(), rtol=1e-6)
        np.testing.assert_allclose(slopes, wanted_slopes, rtol=1e-5, atol=1e-9)
