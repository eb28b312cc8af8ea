"""One denominator: processes and micro-batches of unequal counts have the gradient of the single big batch."""

import datetime
import multiprocessing
import socket

import pytest
import torch
from torch import distributed as dist
from torch.nn.parallel import DistributedDataParallel

import lossmith as lm
from lossmith.errors import LossmithError, WeightError

MICRO, ROWS, TOKENS, FEATURES, CLASSES, IGNORED = 3, 2, 5, 4, 6, -100
LOSS = lm.CrossEntropy(label_smoothing=0.1, z_loss=1e-2)


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(FEATURES, 8), torch.nn.Tanh(), torch.nn.Linear(8, CLASSES)).double()


def batch(world):
    """Inputs, labels and weights of all processes; lengths that could not differ more, some parts without a token."""
    generator = torch.Generator().manual_seed(world)
    shape = (world, MICRO, ROWS, TOKENS)
    inputs = torch.randn((*shape, FEATURES), generator=generator, dtype=torch.float64)
    labels = torch.randint(CLASSES, shape, generator=generator)
    lengths = torch.randint(1, TOKENS + 1, shape[:-1], generator=generator)
    lengths[0] = 1
    lengths[-1, 1] = 0
    labels[torch.arange(TOKENS) >= lengths[..., None]] = IGNORED
    return inputs, labels, torch.rand(shape, generator=generator, dtype=torch.float64)


def gradients(model):
    found = [p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    return torch.cat([g.flatten() for g in found])


def mean(model, inputs, labels, **options):
    return LOSS(model(inputs), labels, ignore_index=IGNORED, axis=-1, **options)


def single_batch(world, labels=None, **options):
    inputs, drawn, _ = batch(world)
    model = network()
    value = mean(model, inputs, drawn if labels is None else labels, **options)
    value.backward()
    return value.detach(), gradients(model)


def step(model, inputs, labels, weights, normalizer, divided_by=1):
    """One optimiser step's gradients, of this process's micro-batches, and the value that is logged."""
    logged = torch.zeros((), dtype=torch.float64)
    for number in range(MICRO):
        model.require_backward_grad_sync = number == MICRO - 1
        weight = None if weights is None else weights[number]
        value = mean(model, inputs[number], labels[number], weight=weight, normalizer=normalizer) / divided_by
        value.backward()
        logged += value.detach()
    dist.all_reduce(logged)
    return logged / dist.get_world_size(), gradients(model)


def work(rank, world, port, folder):
    """What every process runs; gloo may abort while it is taken down, so what was written counts, not the exit."""
    torch.set_num_threads(1)
    dist.init_process_group(
        "gloo",
        init_method=f"tcp://127.0.0.1:{port}",
        rank=rank,
        world_size=world,
        timeout=datetime.timedelta(seconds=60),
    )
    torch.save(scenarios(rank, world), folder / f"{rank}.pt")
    dist.barrier()  # who leaves first would take the others down
    dist.destroy_process_group()


def scenarios(rank, world):
    """All of them, one after the other, and what they gave."""
    inputs, labels, weights = (part[rank] for part in batch(world))
    model = DistributedDataParallel(network())
    present = list(labels != IGNORED)
    normalizer = lm.global_normalizer(present)
    results = {"normalizer": normalizer, "masks": step(model, inputs, labels, None, normalizer)}
    results["one mask"] = lm.global_normalizer(labels != IGNORED)
    results["counts"] = lm.global_normalizer([int(part.sum()) for part in present])
    results["naive"] = step(model, inputs, labels, None, None, divided_by=MICRO)

    counted = lm.global_normalizer([weights[i] * present[i] for i in range(MICRO)])
    results["weights"] = step(model, inputs, labels, weights, counted)

    divided = lm.global_normalizer(present, accumulation=MICRO)
    results["divided"] = step(model, inputs, labels, None, divided, divided_by=MICRO)

    alone = labels if rank == world - 1 else torch.full_like(labels, IGNORED)
    nothing = [] if rank < world - 1 else list(labels != IGNORED)
    results["one has all"] = step(model, inputs, alone, None, lm.global_normalizer(nothing))

    gone = torch.full_like(labels, IGNORED)
    results["nothing"] = step(model, inputs, gone, None, lm.global_normalizer(list(gone != IGNORED)))

    # each process alone in its group, and one that is in none
    groups = [dist.new_group([r]) for r in range(world)]
    results["own group"] = lm.global_normalizer(present, group=groups[rank])
    with pytest.raises(LossmithError, match="not in group="):
        lm.global_normalizer(present, group=groups[(rank + 1) % world])
    return results


@pytest.fixture(scope="module", params=[2, 4], ids=lambda world: f"{world} processes")
def world(request, tmp_path_factory):
    """The number of processes, and what each found; none of them outlives two minutes."""
    count, folder = request.param, tmp_path_factory.mktemp("processes")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    spawning = multiprocessing.get_context("spawn")
    processes = [spawning.Process(target=work, args=(r, count, port, folder), daemon=True) for r in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        process.kill()
    return count, [torch.load(folder / f"{rank}.pt") for rank in range(count)]


def agree(results, name, wanted):
    for found in results:  # DDP has made them equal
        value, gradient = found[name]
        torch.testing.assert_close(value, wanted[0], rtol=1e-10, atol=1e-12)
        torch.testing.assert_close(gradient, wanted[1], rtol=1e-10, atol=1e-12)


def test_masks_give_the_gradient_and_the_value_of_the_single_batch(world):
    count, results = world
    agree(results, "masks", single_batch(count))
    tokens = int((batch(count)[1] != IGNORED).sum())
    for found in results:
        assert found["normalizer"].item() == found["one mask"].item() == found["counts"].item() == tokens / count


def test_the_mean_of_means_is_wrong(world):
    count, results = world
    _, gradient = single_batch(count)
    _, naive = results[0]["naive"]
    assert (naive - gradient).norm() > 0.2 * gradient.norm()


def test_weights(world):
    count, results = world
    agree(results, "weights", single_batch(count, weight=batch(count)[2]))


def test_a_trainer_that_divides_by_the_micro_batches(world):
    count, results = world
    agree(results, "divided", single_batch(count))


def test_processes_without_a_token_take_part(world):
    count, results = world
    labels = batch(count)[1].clone()
    labels[:-1] = IGNORED
    agree(results, "one has all", single_batch(count, labels))


def test_nothing_anywhere_is_0(world):
    _, results = world
    for found in results:
        value, gradient = found["nothing"]
        assert value == 0
        assert not gradient.any()


def test_a_group(world):
    count, results = world
    for rank, found in enumerate(results):
        assert found["own group"].item() == int((batch(count)[1][rank] != IGNORED).sum())


# One process ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mask", "wanted"),
    [
        (torch.tensor([[True, False], [True, True]]), 3),
        (torch.tensor([1, 0, 1]), 2),  # an attention mask
        (torch.tensor([0.5, 0.25], dtype=torch.float16), 0.75),
        (7, 7),
        (torch.tensor(7), 7),
        ([torch.tensor([True, False]), 4, torch.tensor([0.5])], 5.5),
        ((3, 4), 7),
        ([], 1),
        (0, 1),
        (torch.zeros(0), 1),
        (2**24 + 1, 2**24 + 1),  # float32 has no such number
    ],
    ids=str,
)
def test_what_counts(mask, wanted):
    normalizer = lm.global_normalizer(mask)
    assert normalizer.shape == ()
    assert normalizer.item() == wanted


def test_the_loss_stays_float32():
    x, t = torch.zeros(2, 3, requires_grad=True), torch.tensor([0, 1])
    value = lm.CrossEntropy()(x, t, normalizer=lm.global_normalizer(2))
    assert value.dtype == torch.float32
    torch.testing.assert_close(value, lm.CrossEntropy()(x, t))


def test_learned_weights_take_no_part_in_the_graph():
    assert not lm.global_normalizer(torch.ones(2, requires_grad=True)).requires_grad


def test_it_stays_on_the_device_of_the_mask():
    masks = [torch.ones(2, dtype=torch.bool, device="meta"), 3]  # where nothing can be read
    assert lm.global_normalizer(masks).device.type == "meta"


@pytest.mark.parametrize("mask", [torch.tensor([3, -100]), [torch.tensor([1.0, torch.nan])], -1], ids=str)
def test_labels_are_no_mask(mask):
    with pytest.raises(WeightError, match="labels != ignore_index"):
        lm.global_normalizer(mask)


@pytest.mark.parametrize("accumulation", [0, True, 1.5])
def test_accumulation_is_a_number(accumulation):
    with pytest.raises(LossmithError, match="micro-batches"):
        lm.global_normalizer([3], accumulation=accumulation)


def test_accumulation_needs_the_masks_of_the_whole_step():
    with pytest.raises(LossmithError, match=r"\[mask_1, mask_2, …\]"):
        lm.global_normalizer(torch.ones(3), accumulation=4)
    assert lm.global_normalizer([6], accumulation=3).item() == 2
