"""How long a surface takes, and what several processes would bring: ``python benchmarks/surface.py``.

First 51 × 51 points of a network with 6,340 parameters over 1,000 rows. Then the points of that network, and of one of
the size of ResNet-18 (11 million parameters, 32 images of 32 × 32), in one process with all threads, and shared by as
many processes with one thread each; the time that these take to start is told apart.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import torch
from torch import Tensor, nn

import lossmith as lm

REPETITIONS = 5
LOSSES = {
    "mse": (lm.MSE(), torch.randn(1000, 10)),
    "cross_entropy": (lm.CrossEntropy(), torch.randint(10, (1000,))),
    "torch's cross-entropy": (nn.CrossEntropyLoss(), torch.randint(10, (1000,))),
}

Case = tuple[nn.Module, Tensor, Tensor]


def small() -> Case:
    """6,340 parameters, 1,000 rows."""
    layers = (nn.Linear(20, 70), nn.ReLU(), nn.Linear(70, 60), nn.ReLU(), nn.Linear(60, 10))
    return nn.Sequential(*layers), torch.randn(1000, 20), torch.randint(10, (1000,))


class Block(nn.Module):
    """Two convolutions, and a way around them."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.around = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if stride > 1 else nn.Identity()
        self.through = nn.Sequential(
            *(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()),
            *(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Both added."""
        return torch.relu(self.around(x) + self.through(x))


def large() -> Case:
    """As large as ResNet-18 (He et al., 2016), 32 images."""
    widths = [(64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)]
    blocks = [block for a, b, stride in widths for block in (Block(a, b, stride), Block(b, b, 1))]
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))
    model = nn.Sequential(nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(), *blocks, *head)
    return model, torch.randn(32, 3, 32, 32), torch.randint(10, (32,))


def seconds_of(case: Callable[[], Case], threads: int, steps: int) -> float:
    """Seconds for a line of so many points, after one of three to warm up."""
    torch.set_num_threads(threads)
    model, inputs, target = case()
    for count in (3, steps):
        start = time.perf_counter()
        lm.surface(model.eval(), lm.CrossEntropy(), inputs, target, steps=count, dimensions=1)
    return time.perf_counter() - start


def shared(workers: ProcessPoolExecutor, case: Callable[[], Case], count: int, steps: int) -> float:
    """Seconds of the slowest of so many processes, each with a line of its own."""
    running: list[Future[float]] = [workers.submit(seconds_of, case, 1, steps) for _ in range(count)]
    return max(each.result() for each in running)


def main() -> None:
    """Print the median and the range of each loss, after one surface to warm up; then what processes would bring."""
    model, inputs, _ = small()
    threads = torch.get_num_threads()
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {threads} threads")
    for name, (loss, target) in LOSSES.items():
        seconds = []
        for _ in range(1 + REPETITIONS):
            start = time.perf_counter()
            lm.surface(model, loss, inputs, target, steps=51)
            seconds.append(time.perf_counter() - start)
        kept = seconds[1:]
        print(f"{name:22} {statistics.median(kept):.2f} s ({min(kept):.2f} to {max(kept):.2f})")
    start = time.perf_counter()
    with ProcessPoolExecutor(threads, get_context("spawn")) as workers:
        shared(workers, small, threads, 3)
        print(f"{threads} processes have started after {time.perf_counter() - start:.1f} s")
        for case, steps in ((small, 601), (large, 5)):
            ratios = [
                threads * seconds_of(case, threads, steps) / shared(workers, case, threads, steps)
                for _ in range(REPETITIONS)
            ]
            told = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            print(f"{case.__name__}: then they are {told} times as fast as one with {threads} threads")


if __name__ == "__main__":
    main()
