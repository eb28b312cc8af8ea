"""Losses of a sequence of labels that is shorter than the frames it was predicted from: speech, handwriting."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal, NoReturn

import torch
from torch import Tensor

from lossmith.arrays import Array, tensor_of
from lossmith.call import Aligned, Batch, Elements, Given, Options, check_given, neutral
from lossmith.errors import LossmithError, ParameterError, ShapeError, TargetError
from lossmith.families import Setwise
from lossmith.families.axes import spoil
from lossmith.kernels import alignments
from lossmith.kernels.rows import softmax
from lossmith.layouts import class_indices
from lossmith.links import SOFTMAX
from lossmith.targets import LABELS, PADDING, Coding
from lossmith.traits import Traits

__all__ = ["CTC"]


@dataclass(frozen=True, kw_only=True)
class CTC(Setwise):
    """Connectionist temporal classification: −log of the probability that the frames spell the labels, however aligned.

    The prediction is raw scores (N, T, C), one of the C classes a blank; the target labels (N, S), padded with −1 at
    the end (or with what ``ignore_index=`` says); ``lengths=`` says how many of the T frames of each sample count. A
    softmax is taken of the scores: torch's ``CTCLoss`` wants log-probabilities of shape (T, N, C), believes what it is
    given, and has a wrong slope where these are none. Its "mean" also divides each loss by its number of labels:
    ``weight=1 / labels, normalizer=N``. The loss has derivatives of any order.

    When: the order of the labels is known and not their time: speech, handwriting, gestures.
    When not: the output may be longer than the input, or labels depend on each other (attention, a transducer).
    Goes wrong: early on the blank takes all frames, and the loss stays on a plateau for a while. A repeated label needs
    a blank between, so too few frames cannot spell the target: the loss is ∞, its slope 0 (``impossible="absent"``).
    Relatives: cross-entropy of each frame, where the alignment is known.

    Reference: Graves, A., Fernández, S., Gomez, F. and Schmidhuber, J. (2006). Connectionist Temporal Classification:
    Labelling Unsegmented Sequence Data with Recurrent Neural Networks. International Conference on Machine Learning.

    Example:
        >>> import numpy as np, lossmith as lm
        >>> scores = np.zeros((2, 3, 4))  # three frames, all of four classes as likely
        >>> lm.CTC()(scores, [[1, 2], [3, -1]], lengths=[3, 2], reduction="none").round(4)
        array([2.5494, 1.674 ])
    """

    blank: int = 0  # the class that says "no label here"
    impossible: Literal["infinite", "absent"] = "infinite"  # what a target costs that its frames cannot spell

    FORMULAS: ClassVar[dict[Given, str]] = {"scores": "function", "log_probabilities": "function_of_log_probability"}
    TARGET: ClassVar[Coding] = LABELS
    LATEX: ClassVar[str] = r"-\log \sum_{a \in \mathcal{A}\left(t\right)} \prod_{i} p_{i, a_{i}}"
    NOTATION: ClassVar[str] = "−log Σ Π p(aᵢ in frame i), over all alignments a that spell t"

    def __post_init__(self) -> None:
        """Check that the blank is a class."""
        super().__post_init__()
        if isinstance(self.blank, bool) or not isinstance(self.blank, int) or self.blank < 0:
            raise ParameterError(f"CTC(blank={self.blank!r}): the index of a class is expected, 0 or more")

    def function(self, prediction: Tensor, target: Tensor, frames: Tensor | None = None) -> Tensor:
        """From raw scores (N, T, C) and labels (N, S); how many frames count, shape (N,), or all."""
        return self.function_of_log_probability(softmax(prediction).log_p, target, frames)

    def function_of_log_probability(self, prediction: Tensor, target: Tensor, frames: Tensor | None = None) -> Tensor:
        """The same from log-probabilities."""
        if frames is None:
            frames = torch.full(prediction.shape[:1], prediction.shape[1], device=target.device)
        return alignments.costs(prediction, target, (target != PADDING).sum(-1), frames, self.blank)

    def _read(self, prediction: Tensor, target: Array, options: Options) -> Batch:
        if isinstance(padding := options.get("ignore_index"), int):
            labels = class_indices(tensor_of(target, "target", like=prediction))
            target, options = torch.where(labels == padding, PADDING, labels), {**options, "ignore_index": None}
        return super()._read(prediction, target, options)

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        shapes = f"prediction has shape {tuple(prediction.shape)}, target {tuple(target.shape)}"
        if prediction.dim() != 3 or target.dim() != 2 or len(prediction) != len(target):
            remedy = "write prediction.unsqueeze(0) and target.unsqueeze(0) for a single sample"
            if prediction.dim() == 3 and target.dim() == 1:
                remedy = "write torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True, padding_value=-1)"
            elif prediction.dim() == 3 and target.dim() == 2 and prediction.shape[1] == len(target):
                remedy = "torch's layout (T, N, C) becomes ours by prediction.transpose(0, 1)"
            raise ShapeError(f"{shapes}; {type(self).__name__} expects (N, T, C) and labels (N, S): {remedy}")
        if self.blank >= prediction.shape[2]:
            raise ParameterError(f"{shapes}, so classes run from 0 to {prediction.shape[2] - 1}: {self!r} has no blank")
        return Aligned(prediction, class_indices(target), prediction.shape[:1], prediction.shape[2], is_index=True)

    def _reads_lengths(self) -> bool:
        return True

    def _check_values(self, batch: Batch, coding: Coding) -> None:
        labels, classes = batch.target, batch.prediction.shape[2]
        is_label = labels != PADDING
        for wrong, what, remedy in (
            ((labels == self.blank), "are the blank", "name another class blank=, or take it out of the labels"),
            (
                is_label & ((labels < 0) | (labels >= classes)),
                f"are no class index from 0 to {classes - 1}",
                "sequences are padded with -1, or say ignore_index=",
            ),
            (is_label[:, 1:] & ~is_label[:, :-1], "come after the padding", "move the padding to the end"),
        ):
            if bool(wrong.any()):
                first = int(labels[:, -wrong.shape[1] :][wrong][0])
                raise TargetError(f"{self!r}: {int(wrong.sum())} labels {what}, first {first}; {remedy}")
        if batch.lengths is not None:
            bad = (batch.lengths < 0) | (batch.lengths > batch.prediction.shape[1])
            if bool(bad.any()):
                raise LossmithError(
                    f"lengths has {int(bad.sum())} values that are not from 0 to {batch.prediction.shape[1]}, as many "
                    f"frames there are, first {int(batch.lengths[bad][0])}"
                )
        if batch.given != "scores":
            check_given(self._held(batch).detach(), batch.given, rows=True, loss_name=type(self).__name__)

    def _held(self, batch: Batch) -> Tensor:
        """The prediction in the frames that count, and something harmless in the others."""
        if batch.lengths is None:
            return batch.prediction
        frames = torch.arange(batch.prediction.shape[1], device=batch.prediction.device)
        counts = (frames < batch.lengths.unsqueeze(-1)).unsqueeze(-1)
        return torch.where(counts, batch.prediction, neutral(batch.given, batch.prediction.shape[2]))

    def _elements(self, batch: Batch) -> Elements:
        labels, prediction = batch.target, self._held(batch)
        outside = ((labels < PADDING) | (labels >= prediction.shape[2]) | (labels == self.blank)).any(-1)
        legal = torch.where(outside.unsqueeze(-1), PADDING, labels)  # where values cannot be read, the loss is NaN
        values: Tensor = getattr(self, self.FORMULAS[batch.given])(prediction, legal, batch.lengths)
        values = spoil(values, prediction.flatten(1), prediction.isnan().flatten(1).any(-1) | outside)
        if self.impossible == "infinite":
            return Elements(values)
        repeats = (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] != PADDING)
        needed = (labels != PADDING).sum(-1) + repeats.sum(-1)
        is_possible = needed <= (prediction.shape[1] if batch.lengths is None else batch.lengths)
        return Elements(torch.where(is_possible, values, 0), is_possible.to(values.dtype))

    def _sample(self, example: Tensor) -> tuple[tuple[int, ...], Tensor]:
        return (3, 3), example

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> NoReturn:
        raise LossmithError(
            "CTC has no best constant prediction: how many frames a sequence has is no part of its target; start the "
            "bias of the last layer at 0"
        )

    @property
    def traits(self) -> Traits:
        """The likelihood of a sequence: smooth, not convex, of slopes p − (expected share of the frame)."""
        return Traits(
            target=LABELS, link=SOFTMAX, elicits="label sequence", convex=False, smooth=math.inf, lipschitz=1.0
        )
