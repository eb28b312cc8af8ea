"""What the page "Which loss?" shows, measured: ``python docs/measure.py [NAME …]`` writes docs/measured/NAME.json.

The same code on the same machine writes the same files: they hold no times. All of them take about ten minutes.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import made
import numpy as np
import sklearn
import torch
from numpy.typing import NDArray

import lossmith as lm
from lossmith import datasets
from lossmith.choosing.efficiency import precision, ratio
from lossmith.choosing.prose import configured
from lossmith.choosing.shape import robust_scale
from lossmith.comparing import Comparison

FOLDER = Path(__file__).resolve().parent / "measured"
SEEDS = 5
NOISE_ROWS = 200_000
DIGITS = 8  # significant ones that are kept

Floats = NDArray[np.floating[Any]]


# Comparisons ----------------------------------------------------------------------------------------------------------


def _kept(result: Comparison) -> dict[str, Any]:
    """A comparison as plain values, without what another run of it would change."""
    task = result.task
    return {
        "data": result.settings["data"],
        "task": {"kind": task.kind, "group": task.group, "target": task.target, "unit": task.unit},
        "training": result.settings["training"],
        "seeds": result.seeds,
        "losses": {label: repr(loss) for label, loss in result.losses.items()},
        "table": result.table.drop("seconds").to_dicts(),
        "rankings": [
            {"metric": ranking.metric.name, "order": ranking.order, "leaders": ranking.leaders}
            for ranking in result.rankings
        ],
        "verdict": result.verdict,
        **_means(result),
    }


def _means(result: Comparison) -> dict[str, Any]:
    """The mean of the target on test rows, and of what each loss's networks say of these rows."""
    if result.task.group not in ("regression", "binary"):
        return {}
    said = {}
    for label, runs in result.runs.items():
        predictions = [run.predictions for run in runs if run.predictions is not None]
        if result.task.group == "regression":
            said[label] = float(np.mean([predicted.values for predicted in predictions]))
        elif predictions[0].claims_probability:
            said[label] = float(np.mean([predicted.own_probabilities for predicted in predictions]))
    return {"mean_target": float(np.mean(result.splits.test.target)), "mean_prediction": said}


def _bundled(name: str) -> Callable[[], dict[str, Any]]:
    return lambda: _kept(lm.compare(name, seeds=SEEDS))


def itself() -> dict[str, Any]:
    """A loss against itself."""
    return _kept(lm.compare("houses", losses=[lm.MSE(), lm.MSE()], seeds=SEEDS, quick=True))


def twins() -> dict[str, Any]:
    """Two losses that differ by a constant where targets are one-hot."""
    return _kept(lm.compare("digits", losses=[lm.CategoricalCrossEntropy(), lm.KLDivergence()], seeds=SEEDS))


def advised() -> dict[str, Any]:
    """What ``lossmith choose houses --prove`` trains."""
    return _kept(lm.compare("houses", losses=lm.choose("houses").candidates, seeds=SEEDS))


def weights() -> dict[str, Any]:
    """A rare yes, with and without the weight that makes both classes count the same."""
    features, target = made.rare(0)
    ranking = lm.choose(features=features, target=target).ranking
    return _kept(lm.compare(features=features, target=target, losses=[r.loss for r in ranking[:2]], seeds=SEEDS))


# Choices --------------------------------------------------------------------------------------------------------------


def chosen() -> dict[str, Any]:
    """What ``choose`` says of each bundled table."""
    return {dataset.name: _advice(lm.choose(dataset.name)) for dataset in datasets.ALL}


def _advice(advice: lm.choosing.Advice) -> dict[str, Any]:
    whole = advice.to_dict()
    return {
        "warnings": whole["warnings"],
        "ranking": [
            {"said": configured(entry.loss), **said}
            for entry, said in zip(advice.ranking, whole["ranking"], strict=True)
        ],
        "facts": whole["facts"],
    }


def made_data() -> dict[str, Any]:
    """What ``choose`` says of data made with a known answer, for each seed."""
    return {title: [_choice(title, seed) for seed in range(SEEDS)] for title in made.ROWS}


def _choice(title: str, seed: int) -> dict[str, Any]:
    features, target = made.ROWS[title](seed)
    first = lm.choose(features=features, target=target).ranking[0]
    return {"loss": first.loss.name, "said": configured(first.loss), "estimates": first.estimates, "why": first.reason}


# Precision ------------------------------------------------------------------------------------------------------------

NOISES: dict[str, Callable[[np.random.Generator], Floats]] = {
    "normal": lambda random: random.normal(size=NOISE_ROWS),
    "uniform": lambda random: random.uniform(-1, 1, size=NOISE_ROWS),
    "Laplace": lambda random: random.laplace(size=NOISE_ROWS),
    "t with 3 degrees of freedom": lambda random: random.standard_t(3, size=NOISE_ROWS),
    "normal, 5 % ten times as wide": lambda random: (
        random.normal(size=NOISE_ROWS) * np.where(random.random(NOISE_ROWS) < 0.05, 10, 1)
    ),
    "normal, 3 % moved up by 8": lambda random: random.normal(size=NOISE_ROWS) + 8 * (random.random(NOISE_ROWS) < 0.03),
}


def efficiency() -> dict[str, Any]:
    """How many rows each loss needs for each of MSE's, and how far its centre lies from the mean, by kind of noise."""
    return {name: _rows_needed(noise(np.random.default_rng(0))) for name, noise in NOISES.items()}


def _rows_needed(noise: Floats) -> dict[str, Any]:
    """In robust standard deviations of the noise, so that losses of a fixed scale are met with the same noise."""
    noise = noise / robust_scale(noise)
    square = precision(lm.MSE(), noise, 1.0)
    found = {}
    for loss in (lm.MSE(), lm.MAE(), lm.Huber(delta=1.345), lm.LogCosh()):
        measured = precision(loss, noise, 1.0)
        gap = measured.centre - square.centre
        error = float(np.std(measured.influence - square.influence)) / len(noise) ** 0.5
        found[configured(loss)] = {"rows": ratio(measured, square)[0], "off_mean": gap, "off_mean_error": error}
    return found


# Files ----------------------------------------------------------------------------------------------------------------

MEASUREMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "made": made_data,
    "efficiency": efficiency,
    "chosen": chosen,
    "weights": weights,
    "itself": itself,
    "twins": twins,
    **{dataset.name: _bundled(dataset.name) for dataset in datasets.ALL},
    "advised": advised,
}


def plain(value: Any) -> Any:
    """Ready for JSON: floats rounded, ``None`` for what is no number."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def versions() -> dict[str, str]:
    """What the numbers depend on."""
    modules = {"lossmith": lm, "torch": torch, "numpy": np, "scikit-learn": sklearn}
    return {name: module.__version__.partition("+")[0] for name, module in modules.items()}


def main(names: list[str]) -> None:
    """Measure these, or all, and write them down."""
    if unknown := set(names) - set(MEASUREMENTS):
        raise SystemExit(f"There is no {', '.join(unknown)}; write some of {', '.join(MEASUREMENTS)}.")
    FOLDER.mkdir(exist_ok=True)
    for name in names or MEASUREMENTS:
        print(name, flush=True)
        content = json.dumps(
            {"versions": versions(), "measured": plain(MEASUREMENTS[name]())}, indent=1, ensure_ascii=False
        )
        (FOLDER / f"{name}.json").write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
