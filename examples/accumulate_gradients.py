"""Sequences of different lengths, over processes and micro-batches: the gradient of the whole batch, exactly.

Run it: python examples/accumulate_gradients.py
Or:     torchrun --nproc-per-node 2 examples/accumulate_gradients.py
"""

import contextlib

import torch
from torch import distributed as dist
from torch.nn.parallel import DistributedDataParallel

import lossmith as lm

WORDS, WIDTH, PADDING = 50, 16, -100


def main() -> None:
    """Accumulate over this process's micro-batches and compare with one large batch."""
    if is_distributed := dist.is_torchelastic_launched():
        dist.init_process_group("gloo")
    rank, processes = (dist.get_rank(), dist.get_world_size()) if is_distributed else (0, 1)

    torch.manual_seed(0)  # the same everywhere: each process takes its own part below
    model = torch.nn.Sequential(torch.nn.Embedding(WORDS, WIDTH), torch.nn.Linear(WIDTH, WORDS))
    lengths = torch.tensor([12, 3, 9, 1, 12, 5, 2, 7])
    tokens = torch.randint(WORDS, (8, 13))
    inputs, labels = tokens[:, :-1], tokens[:, 1:].clone()
    labels[torch.arange(12) >= lengths[:, None]] = PADDING
    weight = torch.where(torch.arange(8) % 2 == 0, 1.0, 0.5)[:, None].expand(labels.shape)  # some sources count half

    criterion = lm.Criterion(lm.CrossEntropy(label_smoothing=0.1), ignore_index=PADDING, axis=-1)

    def gradient() -> torch.Tensor:
        gathered = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
        model.zero_grad()
        return gathered

    criterion(model(inputs), labels, weight=weight).backward()
    whole = gradient()

    parallel = DistributedDataParallel(model) if is_distributed else model
    step = torch.arange(8).chunk(processes)[rank].split(2)  # the micro-batches of this process

    def accumulate(normalizer: torch.Tensor | None) -> torch.Tensor:
        for number, rows in enumerate(step, start=1):
            waits = is_distributed and number < len(step)  # processes exchange gradients once a step
            with parallel.no_sync() if waits else contextlib.nullcontext():
                value = criterion(parallel(inputs[rows]), labels[rows], weight=weight[rows], normalizer=normalizer)
                (value if normalizer is not None else value / len(step)).backward()
        return gradient()

    counts = [weight[rows] * (labels[rows] != PADDING) for rows in step]
    right, naive = accumulate(lm.global_normalizer(counts)), accumulate(None)
    if rank == 0:
        print(f"with normalizer: off by {(right - whole).abs().max():.0e}")
        print(f"mean of means:   off by {(naive - whole).abs().max():.0e}")


if __name__ == "__main__":
    main()
    if dist.is_initialized():
        dist.barrier()  # who leaves first would take the others down
        dist.destroy_process_group()
