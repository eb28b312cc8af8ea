"""The curvature of a loss at the parameters of a network: eigenvalues of its Hessian, and what follows from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from lossmith.errors import LossmithError, ParameterError
from lossmith.models import untouched
from lossmith.surfaces.objective import LossCall, Objective
from lossmith.surfaces.parameters import Parameters, combined, joined, norm, parted
from lossmith.surfaces.persistence import ROUNDINGS

Vector = NDArray[np.float64]

WHOLE = 512  # parameters up to which the Hessian is computed whole, and with it its whole spectrum
_ACCURACY = {torch.float64: 0.0, torch.float32: 1e-6}  # of Lanczos' eigenvalues; 0 is all that float64 has


@dataclass(frozen=True, kw_only=True, eq=False)
class Curvature:
    """How a loss curves at a point.

    Attributes:
        eigenvalues: the k largest of the Hessian, largest first; the largest is the sharpness of Keskar's and
            Gilmer's kind: gradient descent with a rate above 2 / eigenvalues[0] leaves the valley.
        lowest: the k smallest, smallest first; below 0 where the point is a saddle along some direction.
        eigenvectors: of ``eigenvalues``, with length 1: a dict of name and tensor each.
        spectrum: all of them, ascending; None for a network of more than 512 parameters.
        slope: the length of the gradient, 0 at a minimum.
        sharpness: how much the loss rises at a step of length ``rho`` along the gradient (Foret et al., 2021,
            *Sharpness-aware minimization*); 0 where there is no gradient.
        rho: that length.
    """

    eigenvalues: Vector
    lowest: Vector
    eigenvectors: tuple[Parameters, ...]
    spectrum: Vector | None
    slope: float
    sharpness: float
    rho: float

    @property
    def condition(self) -> float:
        """The largest over the smallest size of an eigenvalue, infinite where one is 0 but for rounding.

        Without the whole spectrum the smallest size is known where all eigenvalues have one sign: it is at an end. Else
        it lies in the middle, which products with the Hessian do not reach, and what the ends tell is a lower bound.
        """
        sizes = np.abs(np.concatenate([self.lowest, self.eigenvalues]) if self.spectrum is None else self.spectrum)
        precision = max(torch.finfo(value.dtype).eps for value in self.eigenvectors[0].values())
        smallest, largest = sizes.min(), sizes.max()
        return float(largest / smallest) if smallest > ROUNDINGS * precision * largest else math.inf

    @property
    def is_condition_exact(self) -> bool:
        """Whether ``condition`` is the number itself, no lower bound of it."""
        has_one_sign = bool(self.lowest[0] > 0 or self.eigenvalues[0] < 0)
        return self.spectrum is not None or has_one_sign or self.condition == math.inf


def curvature(
    model: nn.Module,
    loss: LossCall,
    inputs: Any,
    target: Any,
    *,
    k: int = 5,
    rho: float = 0.05,
    batch_size: int | None = None,
) -> Curvature:
    """Top and bottom eigenvalues of the Hessian of the loss by the trainable parameters, and sharpness.

    Exact to the precision of the model: write ``model.double()`` and double inputs for 8 digits. A network of up to
    512 parameters gets its Hessian whole. Of a larger one Lanczos' method finds both ends of the spectrum by products
    with the Hessian, which is never stored. The model is left as it was.

    Args:
        model: a module, in the mode in which it is meant.
        loss: Lossmith's, torch's or any callable of the model's output and the target that gives a scalar.
        inputs: of the model: one, a tuple of several or a dict of named ones; tensors or NumPy arrays.
        target: as the loss takes it.
        k: how many eigenvalues of each end; all where there are fewer.
        rho: the length of the step for ``sharpness``.
        batch_size: rows at once; all where it is None.

    Returns:
        Eigenvalues of both ends, eigenvectors of the largest, the slope and SAM's sharpness.

    Raises:
        LossmithError: the second derivative is not finite, or Lanczos' method does not converge.

    Example:
        >>> import torch, lossmith as lm
        >>> model = torch.nn.Linear(2, 1, bias=False)
        >>> inputs = torch.tensor([[2.0, 0.0], [0.0, 1.0]])  # the mean of r² curves by 2 · inputsᵀ inputs / 2
        >>> lm.curvature(model, lm.MSE(), inputs, torch.zeros(2, 1)).eigenvalues.round(6).tolist()
        [4.0, 1.0]
    """
    if k < 1 or not rho > 0:
        raise ParameterError(f"k={k}, rho={rho}: a whole number from 1 and a number above 0 are expected")
    with untouched(model):
        objective = Objective(model, loss, inputs, target, batch_size)
        here = objective.parameters
        values, vectors, is_whole = _spectrum(objective, k)
        slope = objective.gradient(here)
        steepness = norm(slope)
        up = combined([here, slope], [1.0, rho / steepness if steepness else 0.0])
        count = min(k, len(values))
        return Curvature(
            eigenvalues=values[::-1][:count],
            lowest=values[:count],
            eigenvectors=tuple(parted(vector, here) for vector in vectors.T[::-1][:count]),
            spectrum=values if is_whole else None,
            slope=steepness,
            sharpness=objective.value(up) - objective.value(here),
            rho=rho,
        )


def eigenvectors(objective: Objective, dimensions: int) -> tuple[tuple[Parameters, ...], list[float]]:
    """The directions of the largest eigenvalues, with length 1, and these."""
    values, vectors, _ = _spectrum(objective, dimensions)
    if len(values) < dimensions:
        raise ParameterError(f"{len(values)} parameter has no {dimensions} directions; write dimensions=1")
    top = range(-1, -1 - dimensions, -1)
    return tuple(parted(vectors[:, n], objective.parameters) for n in top), [float(values[n]) for n in top]


def _spectrum(objective: Objective, k: int) -> tuple[Vector, Vector, bool]:
    """Eigenvalues, ascending, their vectors as columns, and whether these are all; else k at least of each end."""
    here = objective.parameters
    size = sum(value.numel() for value in here.values())
    hessian_times = objective.hessian(here)

    def product(vector: Vector) -> Vector:
        turned = joined(hessian_times(parted(vector, here)))
        if not np.isfinite(turned).all():
            raise LossmithError("the second derivative of the loss is not finite here, so that it has no eigenvalues")
        return turned

    if size <= max(WHOLE, 2 * k + 1):
        hessian = np.stack([product(column) for column in np.eye(size)])
        values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
        return values, vectors, True
    return *_lanczos(product, size, k, objective), False


def _lanczos(product: Any, size: int, k: int, objective: Objective) -> tuple[Vector, Vector]:
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    accuracy = max(_ACCURACY.get(value.dtype, 1e-3) for value in objective.parameters.values())
    start = np.random.default_rng(0).normal(size=size)
    if not product(start).any():  # of a loss that is straight, such as MAE of a linear model
        return np.zeros(2 * k), np.eye(size, 2 * k)

    def ends(shift: float, count: int, which: str) -> tuple[Vector, Vector]:
        operator = LinearOperator((size, size), matvec=lambda x: product(x) + shift * np.ravel(x), dtype=np.float64)
        values, vectors = eigsh(operator, k=count, which=which, v0=start, tol=accuracy)
        return values - shift, vectors

    try:
        (largest,), _ = ends(0.0, 1, "LM")
        # An eigenvalue counts as found when what is missing is little beside itself: none may lie near 0.
        values, vectors = ends(2 * abs(largest), 2 * k, "BE")
    except ArpackNoConvergence as error:
        raise LossmithError(
            f"Lanczos' method found {len(error.eigenvalues)} of {2 * k} eigenvalues; write a smaller k, or give the "
            "model and its inputs in float64"
        ) from error
    order = np.argsort(values)
    return values[order], vectors[:, order]
