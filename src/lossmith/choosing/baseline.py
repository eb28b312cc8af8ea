"""What cheap models cannot explain of a target: residuals of rows that were not learned from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lossmith.reading import features_of

if TYPE_CHECKING:
    from lossmith.reading import Rows

Floats = NDArray[np.floating[Any]]

_FOLDS = 5
_WIDEST = 300  # columns; wider features are turned into this many principal components
_ABOUT_AS_GOOD = 1.02  # a simpler model that misses by no more than this is preferred


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """The cheap model whose rows outside of training were predicted best.

    Args:
        name: what it is, in words.
        predictions: of each row by a model that has not seen it, in the target's unit.
        residuals: target − prediction.
        explained: the share of the mean absolute deviation from the median that the predictions take away.
    """

    name: str
    predictions: Floats
    residuals: Floats
    explained: float


def baseline_of(name: str, rows: Rows, target: Floats, *, is_count: bool = False) -> Baseline:
    """Cross-validate a few models and keep the one whose typical miss is least.

    Typical is the median absolute error, which outliers of the target do not reach; for a count it is the mean Poisson
    deviance, because more than half of a count may be zeros. Of models about as good the simplest is kept: the noise
    that a model adds of its own hides the shape of the target's.
    """
    from threadpoolctl import threadpool_limits

    # Several threads gain little on so few rows, and lose all where other processes want the cores.
    with threadpool_limits(limits=1):
        predictions = _counts(name, rows, target) if is_count else _amounts(name, rows, target)
    score = _deviance if is_count else _typical_miss
    misses = {model: score(target, predicted) for model, predicted in predictions.items()}
    least = min(misses.values())
    best = next(model for model, miss in misses.items() if miss <= least * _ABOUT_AS_GOOD)
    residuals = target - predictions[best]
    spread = _deviation(target)
    return Baseline(
        name=best,
        predictions=predictions[best],
        residuals=residuals,
        explained=max(0.0, 1 - _deviation(residuals) / spread) if spread > 0 else 0.0,
    )


def _typical_miss(target: Floats, predicted: Floats) -> float:
    return float(np.median(np.abs(target - predicted)))


def _deviance(target: Floats, predicted: Floats) -> float:
    from sklearn.metrics import mean_poisson_deviance

    return float(mean_poisson_deviance(target, predicted))


def _deviation(values: Floats) -> float:
    return float(np.mean(np.abs(values - np.median(values))))


# ------------------------------------------------------------------------------------------------------------- models

Fold = tuple[Floats, Floats, Floats, Floats]  # straight and bent features to learn from, then those to predict for
Predicted = dict[str, Floats]


def _amounts(name: str, rows: Rows, target: Floats) -> Predicted:
    """Real targets: a line alone, and with a curve, with trees, or with the average of these on what it leaves."""
    centre, scale = float(np.median(target)), float(np.std(target))

    def predict(fold: Fold, learned: Floats) -> Predicted:
        straight, bent, straight_new, bent_new = fold
        learned = (learned - centre) / scale  # so that no unit is too large or too small for a model
        line = _line().fit(straight, learned)
        left, start = learned - line.predict(straight), line.predict(straight_new)
        curve = _curve(bent).fit(bent, left).predict(bent_new)
        trees = [_trees(loss, len(left)).fit(bent, left).predict(bent_new) for loss in _TREES]
        extras = {"": 0, " and a curve": curve, **dict(zip(_TREES.values(), trees, strict=True))}
        extras[" with curve and trees"] = np.mean([curve, *trees], axis=0)
        return {f"a straight line{extra}": centre + scale * (start + found) for extra, found in extras.items()}

    return _cross_validated(name, rows, target, predict)


def _counts(name: str, rows: Rows, target: Floats) -> Predicted:
    """Counts: models of the mean, all above 0."""
    from sklearn.linear_model import PoissonRegressor

    def predict(fold: Fold, learned: Floats) -> Predicted:
        _, bent, _, bent_new = fold
        mean = float(learned.mean())
        line = PoissonRegressor(alpha=1e-3, max_iter=300, solver="newton-cholesky").fit(bent, learned / mean)
        trees = _trees("poisson", len(learned)).fit(bent, learned)
        return {
            "a Poisson regression": mean * np.clip(line.predict(bent_new), 1e-3, None),
            "trees for the Poisson deviance": np.clip(trees.predict(bent_new), 1e-3 * mean, None),
        }

    return _cross_validated(name, rows, target, predict)


def _cross_validated(name: str, rows: Rows, target: Floats, predict: Callable[[Fold, Floats], Predicted]) -> Predicted:
    """Each row's predictions by the models that were fitted on the folds without it."""
    from sklearn.model_selection import KFold

    predictions: Predicted = {}
    for learned, new in KFold(_FOLDS, shuffle=True, random_state=0).split(target):
        straight, bent = (
            _narrow(features_of(name, rows.features, [learned, new], bent=bent)) for bent in (False, True)
        )
        for model, values in predict((straight[0], bent[0], straight[1], bent[1]), target[learned]).items():
            predictions.setdefault(model, np.empty(len(target)))[new] = values
    return predictions


def _narrow(parts: list[NDArray[np.float32]]) -> list[Floats]:
    """A row of numbers for each example; the principal components where these are many."""
    flat = [part.reshape(len(part), -1).astype(np.float64) for part in parts]
    if flat[0].shape[1] <= _WIDEST:
        return list(flat)
    from sklearn.decomposition import PCA

    components = PCA(min(_WIDEST, len(flat[0])), svd_solver="randomized", random_state=0).fit(flat[0])
    return [components.transform(part) for part in flat]


def _line() -> Any:
    from sklearn.linear_model import RidgeCV

    return RidgeCV(np.logspace(-2, 3, 6))


def _curve(bent: Floats) -> Any:
    """Ridge regression on Gaussian bumps around some of the rows."""
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline

    rows, columns = bent.shape
    bumps = Nystroem(gamma=0.5 / columns, n_components=min(200, rows), random_state=0)
    return make_pipeline(bumps, RidgeCV(np.logspace(-3, 2, 6)))


_TREES = {"squared_error": " and trees for the mean", "absolute_error": " and trees for the median"}


def _trees(loss: str, rows: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    leaves, rounds = (31, 100) if rows > 2000 else (15, 60)
    return HistGradientBoostingRegressor(
        loss=loss,
        max_iter=rounds,
        learning_rate=0.15,
        max_leaf_nodes=leaves,
        min_samples_leaf=10,
        early_stopping=False,
        random_state=0,
    )
