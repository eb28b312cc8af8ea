"""The audit of a model, a loss and one batch."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import torch

from lossmith.auditing import outputs
from lossmith.auditing.case import Case
from lossmith.auditing.findings import Finding, Report, ordered
from lossmith.auditing.probes import PROBES
from lossmith.auditing.raising import told
from lossmith.auditing.scene import Scene
from lossmith.errors import LossmithError
from lossmith.models import run, untouched


def audit(
    model: Callable[..., Any], loss: Callable[[Any, Any], Any], inputs: Any, target: Any, *, ignore: Iterable[str] = ()
) -> Report:
    """What is wrong with the use of a loss, found on one batch by asking the loss and the model.

    Nothing is left behind: parameters, buffers, gradients, training modes, hooks and random numbers are as they were.

    Args:
        model: a module or any callable; it may give a tensor, a tuple, a dict or an object that holds tensors.
        loss: Lossmith's, torch's or any callable of the model's output and the target.
        inputs: of the model: one, a tuple of several or a dict of named ones.
        target: as the loss takes it.
        ignore: codes of findings that are intended.

    Returns:
        The findings with their proof, the worst first.

    Raises:
        LossmithError: the model raises on the inputs.

    Example:
        >>> import torch, lossmith as lm
        >>> model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Softmax(dim=1))
        >>> inputs, target = torch.randn(32, 4), torch.arange(32) % 3
        >>> [finding.code for finding in lm.audit(model, lm.CrossEntropy(), inputs, target).findings]
        ['LM101']
    """
    begun = time.perf_counter()
    with untouched(model):
        torch.manual_seed(0)
        try:
            with torch.no_grad():
                output = outputs.detached(run(model, inputs))
        except Exception as error:
            raise LossmithError(f"with these inputs the model raises {told(error)}") from error
        scene = Scene(loss, output, target, model, inputs)
        return _examined(scene, ignore, begun)


def audit_call(loss: Callable[[Any, Any], Any], prediction: Any, target: Any, *, ignore: Iterable[str] = ()) -> Report:
    """The same without a model: what can be told of a loss, a prediction and a target.

    Args:
        loss: Lossmith's, torch's or any callable of a prediction and a target.
        prediction: what a model gave.
        target: as the loss takes it.
        ignore: codes of findings that are intended.

    Returns:
        The findings with their proof, the worst first.

    Example:
        >>> import torch, lossmith as lm
        >>> prediction, target = torch.randn(8, 1), torch.randn(8)
        >>> lm.audit_call(torch.nn.functional.mse_loss, prediction, target).findings[0].code
        'LM301'
    """
    begun = time.perf_counter()
    with untouched(None):
        return _examined(Scene(loss, prediction, target), ignore, begun)


def _examined(scene: Scene, ignore: Iterable[str], begun: float) -> Report:
    before = Scene.passes
    found: list[Finding] = []
    skipped: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of what the probes try
        for case in map(Case, scene.views()):
            for probe in PROBES:
                try:
                    found += probe(case)
                except Exception as error:  # a loss may do anything; what the other probes find is worth no less
                    skipped.append(f"{probe.__name__}: {type(error).__name__}: {error}")
    return Report(ordered(found, ignore), time.perf_counter() - begun, Scene.passes - before, tuple(skipped))
