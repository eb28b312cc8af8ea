"""What is to be reached, as data; each figure is held against the goals that are said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lossmith.benching.figures import Figure, Pair, Peak, Results, Start
from lossmith.benching.peers import COMPILED, EAGER, HUGE_PAGES, LIGER, OURS
from lossmith.benching.subjects import BOTH, LINEAR, Work

POINTWISE = ("mse", "huber", "binary_cross_entropy", "kl_divergence")
PLAIN, DEAR = POINTWISE[:2], POINTWISE[2:]  # without and with exponentials or logarithms
ROWS = ("cross_entropy", "cross_entropy_inplace")


@dataclass(frozen=True)
class Goal:
    """A limit for one number of the figures that it is about; ``is_least`` where more is better."""

    about: str
    limit: float
    number: Callable[[Results, Figure], float | None]  # nothing where the goal is not about the figure
    unit: str = "×"
    is_least: bool = True

    def is_reached(self, number: float) -> bool:
        """Whether a number is as good as the goal, or better."""
        return number >= self.limit if self.is_least else number <= self.limit

    def numbers(self, results: Results) -> list[float]:
        """All numbers that the goal is about, the worst first."""
        found = (self.number(results, figure) for figure in results.figures)
        return sorted((number for number in found if number is not None), reverse=not self.is_least)

    @property
    def written(self) -> str:
        """The limit as tables have it."""
        return f"{'≥' if self.is_least else '≤'} {self.limit:g}{self.unit}"


def goals_of(figure: Figure, results: Results) -> list[Goal]:
    """The goals that are about a figure."""
    return [goal for goal in GOALS if goal.number(results, figure) is not None]


# The numbers ----------------------------------------------------------------------------------------------------------

Which = Callable[[Work], bool]


def _speed(peer: str, which: Which) -> Callable[[Results, Figure], float | None]:
    """How many times as fast as this peer, value and gradient."""

    def number(results: Results, figure: Figure) -> float | None:
        is_it = isinstance(figure, Pair) and figure.peer == peer and figure.work.mode == BOTH and which(figure.work)
        return figure.speedup if is_it and isinstance(figure, Pair) else None

    return number


def _gradients(which: Which) -> Callable[[Results, Figure], float | None]:
    """The extra memory of ours, in arrays as large as the gradient."""

    def number(results: Results, figure: Figure) -> float | None:
        if not isinstance(figure, Peak) or figure.side != OURS or figure.work.mode != BOTH or not which(figure.work):
            return None
        return figure.bytes / figure.work.bytes

    return number


def _of_eager(which: Which) -> Callable[[Results, Figure], float | None]:
    """The extra memory of ours as a share of what eager takes, both without the gradients that they hand over."""

    def number(results: Results, figure: Figure) -> float | None:
        if not isinstance(figure, Peak) or figure.side != OURS or figure.work.mode != BOTH or not which(figure.work):
            return None
        eager = results.peak(figure.work, EAGER)
        handed = figure.work.gradient_bytes
        return (figure.bytes - handed) / (eager - handed) if eager and eager > handed else None

    return number


def _start(cache: str) -> Callable[[Results, Figure], float | None]:
    return lambda _, figure: figure.seconds if isinstance(figure, Start) and figure.cache == cache else None


def _milliseconds(which: Which) -> Callable[[Results, Figure], float | None]:
    """The time of ours, beside whichever peer; on the GPU for which the goals were set."""

    def number(results: Results, figure: Figure) -> float | None:
        is_it = isinstance(figure, Pair) and figure.peer == EAGER and "H200" in results.machine.get("GPU", "")
        return 1e3 * figure.ours if is_it and isinstance(figure, Pair) and which(figure.work) else None

    return number


def _share(which: Which) -> Callable[[Results, Figure], float | None]:
    """The share of the bandwidth that ours uses."""

    def number(results: Results, figure: Figure) -> float | None:
        is_it = isinstance(figure, Pair) and figure.peer == EAGER and "H200" in results.machine.get("GPU", "")
        if not (is_it and isinstance(figure, Pair) and which(figure.work)):
            return None
        return 100 * (figure.work.useful_bytes or 0) / figure.ours / results.bandwidth["cuda"]

    return number


def _on_cpu(losses: tuple[str, ...], low: int = 1, high: int = 2**62, classes: tuple[int, ...] = ()) -> Which:
    """Works on the CPU with so many elements and, for rows, so many classes."""
    return lambda work: (
        work.device == "cpu"
        and work.loss in losses
        and low <= work.elements <= high
        and (not classes or work.shape[-1] in classes)
    )


def _on_gpu(*losses: str) -> Which:
    return lambda work: work.device == "cuda" and work.loss in losses


# The goals ------------------------------------------------------------------------------------------------------------

_LARGE, _MIDDLE, _SMALL = (2**22, 2**25), (2**20, 2**20), (1, 2**16)
_OF_LARGE, _OF_SMALL = ", 2^22 … 2^25 elements, against ", ", up to 2^16 elements, against "
_WIDE = (32000, 128256)

GOALS: tuple[Goal, ...] = (
    Goal(f"mse, huber{_OF_LARGE}{EAGER}", 4, _speed(EAGER, _on_cpu(PLAIN, *_LARGE))),
    Goal(f"binary_cross_entropy, kl_divergence{_OF_LARGE}{EAGER}", 10, _speed(EAGER, _on_cpu(DEAR, *_LARGE))),
    Goal(f"mse, huber{_OF_LARGE}{COMPILED}", 2, _speed(COMPILED, _on_cpu(PLAIN, *_LARGE))),
    Goal(f"binary_cross_entropy, kl_divergence{_OF_LARGE}{COMPILED}", 3, _speed(COMPILED, _on_cpu(DEAR, *_LARGE))),
    Goal(f"pointwise, 2^20 elements, against {EAGER}", 3, _speed(EAGER, _on_cpu(POINTWISE, *_MIDDLE))),
    Goal(f"pointwise, 2^20 elements, against {COMPILED}", 2, _speed(COMPILED, _on_cpu(POINTWISE, *_MIDDLE))),
    Goal(f"pointwise{_OF_SMALL}{EAGER}", 0.95, _speed(EAGER, _on_cpu(POINTWISE, *_SMALL))),
    Goal(f"pointwise{_OF_SMALL}{COMPILED}", 2, _speed(COMPILED, _on_cpu(POINTWISE, *_SMALL))),
    Goal(f"10 classes, against {EAGER}", 5, _speed(EAGER, _on_cpu(ROWS[:1], classes=(10,)))),
    Goal(f"1,000 classes, against {EAGER}", 3.5, _speed(EAGER, _on_cpu(ROWS[:1], classes=(1000,)))),
    Goal(f"10 and 1,000 classes, against {COMPILED}", 2, _speed(COMPILED, _on_cpu(ROWS[:1], classes=(10, 1000)))),
    Goal(f"32,000 and 128,256 classes, against {EAGER}", 7, _speed(EAGER, _on_cpu(ROWS[:1], classes=_WIDE))),
    Goal(f"… in place, against {EAGER}", 10, _speed(EAGER, _on_cpu(ROWS[1:], classes=_WIDE))),
    Goal(f"… in place or not, against {COMPILED}", 4, _speed(COMPILED, _on_cpu(ROWS, classes=_WIDE))),
    Goal(
        f"all of these above 2^20 elements, against {HUGE_PAGES}",
        2,
        _speed(HUGE_PAGES, _on_cpu(POINTWISE + ROWS, 2**20 + 1)),
    ),
    Goal("extra memory of cross_entropy", 1.1, _gradients(_on_cpu(ROWS[:1])), " gradients", False),
    Goal("extra memory of cross_entropy_inplace", 0.1, _gradients(_on_cpu(ROWS[1:])), " gradients", False),
    Goal(f"linear_cross_entropy, against {EAGER}", 1, _speed(EAGER, _on_cpu((LINEAR,)))),
    Goal(
        f"extra memory of linear_cross_entropy beside its gradients, of that of {EAGER}",
        0.25,
        _of_eager(_on_cpu((LINEAR,))),
        "×",
        False,
    ),
    Goal("first call of a kernel, cold cache", 4, _start("cold"), " s", False),
    Goal("first call of a kernel, warm cache", 0.6, _start("warm"), " s", False),
    Goal("cross_entropy on an H200", 1.3, _milliseconds(_on_gpu("cross_entropy")), " ms", False),
    Goal(f"cross_entropy on a GPU, against {LIGER}", 1, _speed(LIGER, _on_gpu("cross_entropy"))),
    Goal("pointwise on an H200, of the bandwidth of a copy", 85, _share(_on_gpu(*POINTWISE)), " %"),
    Goal("linear_cross_entropy on an H200", 18, _milliseconds(_on_gpu(LINEAR)), " ms", False),
)
