"""What eyes cost: ``python -m benchmarks.watching`` writes ``results/watching.md``.

A ResNet-18 for images of 3 × 32 × 32 with the stem of ImageNet, in batches of 64. Two limits are held: a step of its
training takes at most 5 % longer under ``lm.watch`` (as it samples by itself, every tenth step), and ``lm.audit`` of it
takes less than 3 s. Steps with and without the watch come in blocks, in turn, on the same model; what counts is the
median of the blocks' own ratios.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import torch
from rich.console import Console
from torch import Tensor, nn

import lossmith as lm
from lossmith.benching import machine

FILE = Path(__file__).parent / "results" / "watching.md"
STEPS, ROUNDS = 10, 15  # a block has one step that is sampled
MOST, MOST_AUDIT = 1.05, 3.0


class Block(nn.Module):
    """Two convolutions and what goes past them. (He et al., 2016)"""

    def __init__(self, into: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        past = [nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out)] if into != out else []
        self.downsample = nn.Sequential(*past)

    def forward(self, x: Tensor) -> Tensor:
        """What comes out."""
        inside = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(inside + self.downsample(x))


def resnet18(classes: int = 1000) -> nn.Sequential:
    """As torchvision has it."""
    stem = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    widths = (64, 64, 128, 256, 512)
    blocks = [
        block
        for n in range(4)
        for block in (Block(widths[n], widths[n + 1], 2 if n else 1), Block(widths[n + 1], widths[n + 1], 1))
    ]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes))


def overhead(device: str = "cpu") -> tuple[list[float], float]:
    """The ratio of each round, and the seconds of a step without the watch."""
    torch.manual_seed(0)
    model, loss = resnet18().to(device), nn.CrossEntropyLoss()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    inputs, target = torch.randn(64, 3, 32, 32, device=device), torch.randint(1000, (64,), device=device)

    def step() -> Tensor:
        optimiser.zero_grad()
        value: Tensor = loss(model(inputs), target)
        value.backward()
        optimiser.step()
        return value

    def block(watch: lm.watching.Watch | None) -> float:
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(STEPS):
            value = step()
            if watch is not None:
                watch.step(value)
        if device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - start

    block(None)
    with lm.watch(model, loss) as w:
        block(w)
    plain, watched = [], []
    for n in range(ROUNDS):
        for side in ("plain", "watched") if n % 2 else ("watched", "plain"):
            if side == "plain":
                plain.append(block(None))
            else:
                with lm.watch(model, loss) as w:
                    watched.append(block(w))
    return [b / a for a, b in zip(plain, watched, strict=True)], statistics.median(plain) / STEPS


def audit_seconds() -> float:
    """Of an audit of the same network, the median."""
    torch.manual_seed(0)
    model, loss = resnet18(), nn.CrossEntropyLoss()
    inputs, target = torch.randn(64, 3, 32, 32), torch.randint(1000, (64,))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        lm.audit(model, loss, inputs, target)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Measure, print, write down."""
    rows, other = [], machine.OtherWork()
    for device in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
        ratios, seconds = overhead(device)
        low, middle, high = statistics.quantiles(ratios, n=4)
        verdict = "reached" if middle <= MOST else "missed"
        rows.append(
            f"| a training step under `lm.watch`, {device} | {1e3 * seconds:.1f} ms without | × {middle:.3f} "
            f"({low:.3f} to {high:.3f}) | ≤ × {MOST} | {verdict} |"
        )
    seconds = audit_seconds()
    verdict = "reached" if seconds < MOST_AUDIT else "missed"
    rows.append(f"| `lm.audit`, cpu | {seconds:.2f} s | | < {MOST_AUDIT:g} s | {verdict} |")
    facts = "".join(f"- {name}: {value}\n" for name, value in machine.facts().items())
    busy = f"Other programs took {other.share() or 0.0:.0%} of the processor meanwhile.\n"
    text = (
        "# What eyes cost\n\nMade by `python -m benchmarks.watching`: a ResNet-18, 64 images of 3 × 32 × 32.\n"
        f"The ratio is the median of {ROUNDS} rounds, each of {STEPS} steps with and {STEPS} without; beside it, "
        f"its quartiles.\n\n"
        f"{facts}\n| what | time | with over without | target | |\n| --- | ---: | ---: | ---: | --- |\n"
    ) + "\n".join([*rows, "", busy])
    FILE.write_text(text, encoding="utf-8")
    Console().print(text, markup=False, highlight=False)


if __name__ == "__main__":
    main()
