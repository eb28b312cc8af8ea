"""Where a call of Lossmith gives another result than torch's: each row is run when the page is built."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F

import lossmith as lm

SETTING = """\
scores = torch.tensor([[2.0, -1.0, 0.5], [0.0, 1.0, 0.0]])     # two samples, three classes
labels = torch.tensor([0, 2])
one_hot = F.one_hot(labels, 3).float()
weights = torch.tensor([1.0, 2.0, 5.0])                        # of the classes
"""


@dataclass(frozen=True)
class Row:
    """One difference: the same question asked twice, and why the answers differ."""

    what: str
    torch: str
    ours: str
    why: str


ROWS = (
    Row(
        "class weights, labels as indices",
        "F.cross_entropy(scores, labels, weights)",
        "lm.CrossEntropy()(scores, labels, class_weight=weights)",
        "the same: Σ w·l / Σ w",
    ),
    Row(
        "class weights, the same labels as one-hot rows",
        "F.cross_entropy(scores, one_hot, weights)",
        "lm.CrossEntropy()(scores, one_hot, class_weight=weights)",
        "torch divides rows by N and indices by Σ w; here both codings agree",
    ),
    Row(
        "every label is ignored",
        "F.cross_entropy(scores, torch.tensor([-100, -100]))",
        "lm.CrossEntropy()(scores, torch.tensor([-100, -100]), ignore_index=-100)",
        "an empty mean is 0 with gradient 0, so one empty batch does not end a run",
    ),
    Row(
        "class −∞, target 0 there",
        "F.cross_entropy(torch.tensor([[0.0, -torch.inf]]), torch.tensor([[1.0, 0.0]]))",
        "lm.CrossEntropy()(torch.tensor([[0.0, -torch.inf]]), torch.tensor([[1.0, 0.0]]))",
        "0·∞ is 0 here: what has no weight does not count",
    ),
    Row(
        "mean of a divergence",
        'F.kl_div(scores.log_softmax(-1), one_hot, reduction="mean")',
        "lm.KLDivergence()(scores, one_hot)",
        "torch's mean divides by all N·C numbers; here by the N distributions (torch's batchmean)",
    ),
    Row(
        "probability 0 where the answer is yes",
        "F.binary_cross_entropy(torch.tensor([0.0]), torch.tensor([1.0]))",
        'lm.BinaryCrossEntropy()(torch.tensor([0.0]), torch.tensor([1.0]), given="probabilities")',
        "torch cuts each logarithm at −100; here it is what it is",
    ),
    Row(
        "rate 0 (score −∞), and nothing was counted",
        "F.poisson_nll_loss(torch.tensor([-torch.inf]), torch.tensor([0.0]))",
        "lm.Poisson()(torch.tensor([-torch.inf]), torch.tensor([0.0]))",
        "0·∞ is 0 here: no count, no loss",
    ),
    Row(
        "integer labels of a yes or a no",
        "F.binary_cross_entropy_with_logits(torch.tensor([2.0]), torch.tensor([1]))",
        "lm.BinaryCrossEntropy()(torch.tensor([2.0]), torch.tensor([1]))",
        "labels of any dtype are read",
    ),
    Row(
        "class indices in int32",
        "F.cross_entropy(scores, labels.int())",
        "lm.CrossEntropy()(scores, labels.int())",
        "labels of any integer dtype are read",
    ),
    Row(
        "predictions (2, 1) against targets (2,)",
        "F.mse_loss(torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 2.0]))",
        "lm.MSE()(torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 2.0]))",
        "torch warns and compares every prediction with every target; here nothing is broadcast",
    ),
    Row(
        "an error of 300 in float16",
        "F.mse_loss(torch.tensor([300.0]).half(), torch.tensor([0.0]).half())",
        "lm.MSE()(torch.tensor([300.0]).half(), torch.tensor([0.0]).half())",
        "half precision is computed in float32, and the value stays there",
    ),
    Row(
        "weight 0 over a NaN",
        "F.mse_loss(torch.tensor([1.0, torch.nan]), torch.zeros(2), weight=torch.tensor([1.0, 0.0]))",
        "lm.MSE()(torch.tensor([1.0, torch.nan]), torch.zeros(2), weight=torch.tensor([1.0, 0.0]))",
        "weight 0 means absent",
    ),
)


def results(row: Row) -> tuple[str, str]:
    """What torch and what Lossmith answer: a number, or the name of the error."""
    setting: dict[str, Any] = {"torch": torch, "F": F, "lm": lm}
    exec(SETTING, setting)
    return _answer(row.torch, setting), _answer(row.ours, setting)


def _answer(code: str, setting: dict[str, Any]) -> str:
    try:
        with warnings.catch_warnings(action="ignore"):
            return f"{float(eval(code, setting)):.6g}"
    except (ValueError, RuntimeError) as error:
        return type(error).__name__
