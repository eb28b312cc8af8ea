"""Where numbers end: logarithms of 0, roots at 0, overflow, half precision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from lossmith.auditing.case import Case
from lossmith.auditing.findings import Finding
from lossmith.auditing.head import redrawn
from lossmith.auditing.outputs import tensors_of
from lossmith.auditing.tracing import HALF, Halved, Lost


def not_a_number(case: Case) -> Iterator[Finding]:
    """A loss or a gradient that is NaN or infinite on finite predictions."""
    answer, prediction = case.scene.answer, case.prediction
    if answer.error is not None or answer.raw is None or not _is_finite(case.scene.output):
        return
    slopes = answer.slopes
    bad_slopes = 0 if slopes is None else int((~slopes.isfinite()).sum())
    if answer.is_finite and not bad_slopes:
        return
    evidence = {"loss": answer.value, "slopes that are no numbers": bad_slopes}
    if case.missing:
        if answer.is_finite:
            yield Finding(
                "LM606",
                f"{case.missing} missing targets are masked after the loss: the value is a number, but "
                f"{bad_slopes} slopes are not, since 0 times NaN is NaN.",
                evidence,
                "Select before the loss: present = target.isfinite(); loss(prediction[present], target[present]).",
            )
    elif prediction is not None:
        yield _lost(case, prediction, evidence)


def _lost(case: Case, prediction: Tensor, evidence: Mapping[str, object]) -> Finding:
    """By the operation that was given numbers and gave none; inside of a kernel, by the predictions that do it."""
    answer = case.scene.answer
    with Lost() as lost:
        case.scene.ask(slopes=True)
    if lost.by == "exponential" or (not lost.by and not answer.is_finite and _is_too_large(case, prediction)):
        return _overflow(f"The loss is {answer.value}", float(prediction.abs().max()), evidence)
    if lost.by == "logarithm" or not answer.is_finite:
        return _logarithm(f"The loss is {answer.value}", {**evidence, "least prediction": float(prediction.min())})
    return _root(f"The loss is {answer.value:.4g}, but {evidence['slopes that are no numbers']} slopes", evidence)


def _root(what: str, evidence: Mapping[str, object]) -> Finding:
    return Finding(
        "LM602",
        f"{what} are not numbers: a root (or a norm) is taken at 0, where it has no slope.",
        evidence,
        "Add a small number under the root: (x.square().sum() + 1e-12).sqrt(); lm.RMSE() does without.",
    )


def no_gradient(case: Case) -> Iterator[Finding]:
    """Gradients of the model that are NaN or infinite, of a loss and slopes that are numbers."""
    slopes = case.scene.answer.slopes
    if not case.scene.answer.is_finite or slopes is None or not bool(slopes.isfinite().all()):
        return
    known = [g for g in case.gradients.values() if g is not None]
    bad = sum(int((~g.isfinite()).sum()) for g in known)
    if not bad:
        return
    evidence = {"loss": case.scene.answer.value, "gradients that are no numbers": bad}
    with Lost() as lost:
        case.scene.gradients()
    what = f"The loss is {case.scene.answer.value:.4g}, but {bad} gradients within the model"
    if lost.by == "exponential":
        yield _overflow(f"{what} are not numbers", float(max(g.abs().nan_to_num().max() for g in known)), evidence)
    else:
        yield _root(what, evidence)


def _is_too_large(case: Case, prediction: Tensor) -> bool:
    """Whether the loss is a number again where they are all below 0, or small."""
    if case.scene.ask(prediction - prediction.max(), slopes=True).is_finite:
        return True
    value = case.scene.answer.value
    return value is not None and value != value and case.scene.ask(prediction / 64, slopes=True).is_finite


def no_prediction(case: Case) -> Iterator[Finding]:
    """A model whose output is NaN or infinite on finite inputs, by an exponential or only with its parameters."""
    module, found = case.scene.module, list(tensors_of(case.scene.output).values())
    bad = [t for t in found if not bool(t.isfinite().all())]
    inputs = tensors_of(case.scene.inputs).values()
    if module is None or not bad or not all(bool(t.isfinite().all()) for t in inputs):
        return
    with Lost() as lost, torch.no_grad():
        case.scene.predict()
    with redrawn(module, 0.01):
        smaller = case.scene.predict()
    is_of_size = smaller is not None and bool(smaller.isfinite().all())
    if lost.by == "logarithm" and not case.scene.answer.is_finite:
        evidence = {
            "loss": case.scene.answer.value,
            "that are no numbers": sum(int((~t.isfinite()).sum()) for t in bad),
        }
        yield _logarithm("The predictions are infinite, and the loss no number", evidence)
    elif lost.by == "exponential" or (lost.by == "" and is_of_size):
        known = torch.cat([t[t.isfinite()].reshape(-1).float() for t in found])
        largest = float(known.abs().max()) if known.numel() else 0.0
        share = sum(int((~t.isfinite()).sum()) for t in bad) / sum(t.numel() for t in bad)
        yield _overflow(f"{100 * share:.0f} % of the predictions are NaN or infinite", largest, {"share": share})


def _logarithm(what: str, evidence: Mapping[str, object]) -> Finding:
    return Finding(
        "LM601",
        f"{what}: somewhere the logarithm of 0 is taken.",
        evidence,
        "Use the loss of raw scores (log_softmax, lm.BinaryCrossEntropy()), which never takes it.",
    )


def _overflow(what: str, largest: float, evidence: Mapping[str, object]) -> Finding:
    return Finding(
        "LM603",
        f"{what}: an exponential overflows, beside predictions up to {largest:.3g}.",
        {**evidence, "largest prediction": largest},
        "Use logsumexp, log_softmax or softplus, or the loss of raw scores, which are exact for any score.",
    )


def half_precision(case: Case) -> Iterator[Finding]:
    """A loss that is rounded to three digits."""
    raw, halved = case.scene.answer.raw, Halved()
    if raw is not None and raw.dtype not in HALF:
        with halved:
            case.scene.ask()
    dtype = raw.dtype if raw is not None and raw.dtype in HALF else halved.dtype
    if dtype is not None:
        yield Finding(
            "LM604",
            f"The loss, or a term of it, is computed in {str(dtype).removeprefix('torch.')}: it has "
            f"{'three' if dtype == torch.float16 else 'two'} digits, and sums overflow or stall.",
            {"dtype": str(dtype), "loss": case.scene.answer.value},
            "Write loss(prediction.float(), target); Lossmith's losses compute in float32 by themselves.",
        )


def _is_finite(output: object) -> bool:
    return all(bool(t.isfinite().all()) for t in tensors_of(output).values())


PROBES = (not_a_number, no_prediction, no_gradient, half_precision)
