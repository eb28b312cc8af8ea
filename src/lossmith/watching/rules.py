"""What is made of a history: a function an illness, each with the limits that it judges by.

The limits are held against runs: ``python -m watched.measuring``, in ``tests/``, trains right and wrong models.
"""

from __future__ import annotations

import math

import numpy as np

from lossmith.auditing.findings import Finding
from lossmith.watching.birth import Birth
from lossmith.watching.eyes import LOOKS
from lossmith.watching.history import History

NOT_A_NUMBER = "LM911"

IN_A_ROW = 5  # samples that must agree
_VANISHED, _EXPLODED = 1e-5, 1e4  # of the gradient of the layer next to the loss
_LAYERS = 4  # fewer have no depth to lose a gradient in
_GROWN = 1e3  # a gradient over the largest of the first samples
_DEAD = 0.9  # of a layer's units
_DIVERGED = 20.0  # the loss over the largest of its first values
_FIRST = 3  # values of the loss that count as where it began
_ABOVE = 10  # losses in a row that must be above
_LARGE = 0.2  # of a layer's weights, changed in each of several steps …
_REPLACED = 1.0  # … or in a single one
_SMALL = 1e-6  # so that a million steps change a weight by its own size
_STEPS_TO_MOVE = 100
_PLATEAU = 300  # steps
_UNMOVED = 0.01  # of the way that the loss has come
_AT_FLOOR = 0.01  # so near to the least that it can be, a loss may rest


def not_a_number(birth: Birth, step: int, history: History) -> Finding:
    """NaN or infinity, and where it came from."""
    evidence = {"step": step, "layer": birth.layer, "pass": birth.where}
    finite = [loss for loss in history.losses if math.isfinite(loss)]
    if finite:
        evidence["last finite loss"] = finite[-1]
    fixes = {
        "loss": "Use a loss that takes raw scores (lm.CrossEntropy(), lm.BinaryCrossEntropy()): no log or exp of them.",
        "inputs": "Look at the data: assert torch.isfinite(inputs).all().",
    }
    usual = (
        "Keep roots, logarithms and divisions off 0 (torch.sqrt(x + 1e-8)), lower the learning rate, and clip: "
        "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)."
    )
    message = f"At step {step} a NaN or an infinity first appears {birth.how}."
    return Finding(NOT_A_NUMBER, message, evidence, fixes.get(birth.layer, usual))


def below_floor(history: History) -> Finding | None:
    """A loss below the least that it can be."""
    value = history.losses[-1]
    rounding = 1e-3 * max((abs(loss) for loss in history.losses[:_FIRST] if math.isfinite(loss)), default=0.0) + 1e-6
    if history.floor is None or not value < history.floor - rounding:
        return None
    return Finding(
        "LM914",
        f"The loss is {value:.4g} at step {len(history.losses)}, and it cannot be below {history.floor:g}.",
        {"step": len(history.losses), "loss": value, "least possible": history.floor},
        "Look at what the loss is given: report = lm.audit(model, loss, inputs, target); print(report)",
    )


def diverges(history: History) -> Finding | None:
    """A loss that is far above where it began, and stays there."""
    began = max((abs(loss) for loss in history.losses[:_FIRST] if math.isfinite(loss)), default=math.inf)
    last = history.losses[-_ABOVE:]
    if len(history.losses) < _FIRST + _ABOVE or not all(abs(loss) > _DIVERGED * began for loss in last):
        return None
    return Finding(
        "LM912",
        f"The loss began at {began:.3g} at most and has been above {min(map(abs, last)):.3g} for {_ABOVE} steps.",
        {"step": len(history.losses), "at the start": began, "now": last[-1]},
        "Lower the learning rate to a tenth, and clip: torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).",
    )


def plateau(history: History) -> Finding | None:
    """A loss that does not move any more, and is not 0: it has converged, or it is stuck."""
    losses = np.array(history.losses)
    window = max(_PLATEAU, len(losses) // 4)
    if len(losses) < window + 10 or not np.isfinite(losses).all():
        return None
    before, after = losses[-window : -window // 2], losses[-window // 2 :]
    began, moved = float(np.median(losses[:10])), abs(float(before.mean() - after.mean()))
    chance = 2 * math.sqrt(before.var() / len(before) + after.var() / len(after))
    way = max(abs(began - float(after.mean())), 0.1 * abs(began))
    if moved > chance or moved > _UNMOVED * way or _is_at_floor(history):
        return None
    has_improved = began - float(after.mean()) > 2 * float(losses[-window:].std()) / math.sqrt(10)
    said = "it may have converged" if has_improved else "and it is where it began"
    return Finding(
        "LM913",
        f"The loss has been at {after.mean():.4g} for {window} steps: {said}.",
        {"step": len(losses), "for steps": window, "at the start": began, "moved by": moved},
        "Compare it with what a constant prediction loses (loss.best_constant(target)); stop, or change the learning "
        "rate by a factor of 10.",
    )


def vanishing(history: History) -> Finding | None:
    """Gradients that get lost on their way to the first layer."""
    depths = [sample.through_depth for sample in history.samples[-IN_A_ROW:]]
    if len(depths) < IN_A_ROW or any(len(d) < _LAYERS or not np.isfinite(d).all() or d[-1] == 0 for d in depths):
        return None
    share = max(d[0] / d[-1] for d in depths)
    if share >= _VANISHED:
        return None
    first, last = float(depths[-1][0]), float(depths[-1][-1])
    return Finding(
        "LM806",
        f"The gradient of the first layer is at best {share:.1g} of that of the last, in {IN_A_ROW} samples in a row: "
        f"it vanishes on its way through {len(depths[-1])} layers.",
        {"step": len(history.losses), "first layer": first, "last layer": last, "layers": len(depths[-1])},
        "Use ReLU or GELU, residual connections or normalisation between the layers.",
    )


def exploding(history: History) -> Finding | None:
    """Gradients that grow on their way to the first layer, or from step to step."""
    recent = history.samples[-IN_A_ROW:]
    depths = [sample.through_depth for sample in recent if len(sample.through_depth) >= _LAYERS]
    evidence = {"step": len(history.losses), "gradient": history.samples[-1].gradient}
    fix = "Initialise smaller, normalise between the layers, and clip: torch.nn.utils.clip_grad_norm_."
    if len(depths) == IN_A_ROW and all(d[0] > _EXPLODED * d[-1] > 0 or d.max() > _EXPLODED for d in depths):
        message = (
            f"In {IN_A_ROW} samples in a row the gradient of a layer was {min(map(np.max, depths)):.2g} or more (root "
            f"mean square); that of the first is {depths[-1][0]:.2g} now, that of the last {depths[-1][-1]:.2g}."
        )
        return Finding("LM807", message, evidence | {"layers": len(depths[-1])}, fix)
    began = max((sample.gradient for sample in history.samples[:IN_A_ROW]), default=0.0)
    if len(history.samples) > IN_A_ROW + 1 and all(s.gradient > _GROWN * began > 0 for s in recent[-2:]):
        message = f"The norm of the gradient has grown from {began:.3g} to {history.samples[-1].gradient:.3g}."
        return Finding("LM807", message, evidence | {"at the start": began}, fix)
    return None


def dead_units(history: History) -> Finding | None:
    """Units that are cut off for each row of several batches in a row."""
    sample = history.samples[-1]
    if sample.looks < LOOKS:
        return None
    name, share = max(sample.dead.items(), key=lambda entry: entry[1], default=("", 0.0))
    if share <= _DEAD:
        return None
    return Finding(
        "LM808",
        f"{100 * share:.0f} % of the units of {name} gave 0 for each row of the last {LOOKS} batches looked at: no "
        "gradient passes them.",
        {"step": sample.step, "layer": name, "dead": share},
        "Initialise the bias at 0, lower the learning rate, or use a leaky activation.",
    )


def hardly_moves(history: History) -> Finding | None:
    """Weights that no step has changed by anything that counts."""
    samples = history.samples
    if len(history.losses) < _STEPS_TO_MOVE or len(samples) < IN_A_ROW:
        return None
    if _is_at_floor(history):
        return None
    largest = max((float(np.nanmax(s.updates)) for s in samples if np.isfinite(s.updates).any()), default=math.nan)
    is_unmoved = all(np.array_equal(s.weights, samples[0].weights) for s in samples)
    if largest >= _SMALL or not (is_unmoved or largest < _SMALL):
        return None
    steps = len(history.losses)
    how = "not at all" if is_unmoved else f"by {largest:.1g} of their size in a step at most"
    return Finding(
        "LM915",
        f"In {steps} steps the weights have changed {how}.",
        {"step": steps, "largest update to weight": 0.0 if is_unmoved else largest},
        "See that the optimiser has this model's parameters and optimizer.step() is called; raise the learning rate.",
    )


def moves_too_far(history: History) -> Finding | None:
    """Steps that replace the weights instead of changing them."""
    updates = [sample.update for sample in history.samples]
    lasting, once = min(updates[-IN_A_ROW:]), max(updates)
    is_lasting = len(updates) >= IN_A_ROW and lasting > _LARGE
    if not is_lasting and not (once > _REPLACED and len(history.losses) > _ABOVE and not _has_gained(history)):
        return None
    often = f"{lasting:.2g} of their own size or more, in {IN_A_ROW} samples in a row"
    said = often if is_lasting else f"{once:.2g} times their own size, and the loss is not below where it began"
    return Finding(
        "LM916",
        f"A step changes the weights by {said}; about 0.001 is usual.",
        {"step": len(history.losses), "largest update to weight": once, "now": updates[-1]},
        "Lower the learning rate: to a tenth first.",
    )


def _has_gained(history: History) -> bool:
    """Whether the loss is clearly lower than before the first step; no for NaN."""
    return bool(np.median(history.losses[-_ABOVE:]) < history.losses[0] - 0.1 * abs(history.losses[0]))


def _is_at_floor(history: History) -> bool:
    return history.floor is not None and bool(np.median(history.losses[-_ABOVE:]) < history.floor + _AT_FLOOR)


RULES = (diverges, plateau, vanishing, exploding, dead_units, hardly_moves, moves_too_far)
