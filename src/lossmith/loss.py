"""The Loss: a configured loss is a value, callable on NumPy arrays and torch tensors."""

from __future__ import annotations

import dataclasses
import inspect
import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Unpack

import torch
from torch import Tensor

from lossmith import fused, shortcut
from lossmith.arrays import Array, Result, compute_dtype, result_of, tensor_of
from lossmith.call import OPTIONS, Aligned, Batch, Elements, Given, Options, check_given, check_scores, neutral
from lossmith.errors import DefinitionError, LossmithError, PredictionError, ShapeError, TargetError, WeightError
from lossmith.fields import check_fields, written
from lossmith.formula.derive import Formula
from lossmith.formula.lift import Lift
from lossmith.fused import Illegal, Request
from lossmith.kernels import pointwise
from lossmith.kernels.dispatch import may_read_values
from lossmith.kernels.handed import Call, NoKernel
from lossmith.reduction import Reduction, Weighting, check_reduction, reduce, weighting
from lossmith.targets import REAL, Coding
from lossmith.tracing import traced
from lossmith.traits import Traits


@dataclass(frozen=True, kw_only=True)
class Loss(ABC):
    """The root of all losses. Subclass a family instead: Residual, Margin, Paired, Rowwise and their siblings.

    A loss is a frozen dataclass: equal where class and hyper-parameters are equal, hashable, picklable, printable.

    Example:
        >>> import lossmith as lm
        >>> float(lm.Huber(delta=1.0)([0.5, 3.0], [0.0, 0.0]))
        1.3125
    """

    name: ClassVar[str]  # snake_case, for files, flags and tables; said by a class whose words capitals do not part
    # the method that computes the loss from each thing a prediction may be; those that a class has are what it reads
    FORMULAS: ClassVar[dict[Given, str]] = {
        "scores": "formula",
        "probabilities": "formula_of_probability",
        "log_probabilities": "formula_of_log_probability",
    }
    TARGET_GIVEN: ClassVar[tuple[Given, ...]] = ("probabilities",)  # likewise its target, where that is a distribution
    TARGET: ClassVar[Coding] = REAL  # how targets are coded where no traits claim it
    HAS_AXIS: ClassVar[bool] = False  # whether the prediction has one axis more than the unreduced loss
    HAS_CLASSES: ClassVar[bool] = False  # whether that axis holds classes
    MEAN_ORDER: ClassVar[float] = 1.0  # 2: a batch has the root of the mean square of its elements' losses
    LATEX: ClassVar[str] = ""  # of a loss that is a function of torch and has no formula …
    NOTATION: ClassVar[str] = ""  # … and the same for a terminal

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" not in cls.__dict__:
            cls.name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).lower()
        for field in _annotated_fields(cls):
            if field not in cls.__dict__:
                raise DefinitionError(
                    f"{_place_of(cls)}, in {cls.__qualname__}: the field '{field}' has no default, so the loss cannot "
                    f"be listed, drawn or tested; write '{field}: … = 1.0'"
                )

    def __post_init__(self) -> None:
        """Check the hyper-parameters against the ranges in their annotations."""
        cls = type(self)
        if _annotated_fields(cls) and "__dataclass_fields__" not in cls.__dict__:
            raise DefinitionError(
                f"{cls.__module__}.{cls.__qualname__}: its fields are not known yet; write "
                "@dataclass(frozen=True, kw_only=True) in the line above 'class'"
            )
        check_fields(self)

    # What users ask --------------------------------------------------------------------------------------------------

    def __call__(
        self,
        prediction: Array,
        target: Array,
        *,
        reduction: Reduction = "mean",
        normalizer: float | Tensor | None = None,
        inplace: bool = False,
        **options: Unpack[Options],
    ) -> Result:
        """The loss of a batch.

        Args:
            prediction: raw scores (or what ``given=`` says), floating point. Half precision is computed in float32.
            target: coded as ``traits.target`` says, of the shape that the family asks for.
            reduction: ``"mean"`` (Σ w·l / Σ w), ``"sum"`` or ``"none"``.
            normalizer: a positive number or scalar tensor instead of Σ w: the token count of an accumulated batch.
            inplace: write the gradient of the result over ``prediction``; autograd is told.
            **options: see :class:`Options`.

        Returns:
            A scalar with a gradient, or with ``reduction="none"`` the elements; float32 unless the prediction is
            float64. NumPy where the prediction was NumPy.

        Raises:
            LossmithError: shapes, dtypes, labels or weights do not fit; the message says what to write instead.
        """
        if not options and normalizer is None and not inplace:
            quickly = shortcut.value(self, prediction, target, reduction)
            if quickly is not None:
                return quickly
        check_reduction(reduction, normalizer)
        scores = tensor_of(prediction, "prediction")
        request = Request(reduction, normalizer, options)
        if inplace and reduction == "none":
            raise LossmithError("inplace=True needs a scalar: write reduction='mean' or 'sum'")
        value = (fused.inplace if inplace else fused.value)(self, scores, target, request, original=prediction)
        return result_of(value, prediction)

    def value_and_gradient(self, prediction: Array, target: Array, **options: Unpack[Options]) -> tuple[Result, Result]:
        """Each element's loss and its slope by its own prediction, not reduced; the slope in the prediction's dtype."""
        with torch.inference_mode(False):
            scores = tensor_of(prediction, "prediction").detach()
            values, gradient = fused.value_and_gradient(self, scores, target, Request("none", None, options))
        return result_of(values, prediction), result_of(gradient, prediction)

    def gradient(self, prediction: Array, target: Array, **options: Unpack[Options]) -> Result:
        """The slope of each element's loss by its own prediction, not reduced; shape and dtype of the prediction."""
        return self.value_and_gradient(prediction, target, **options)[1]

    def curvature(self, prediction: Array, target: Array, **options: Unpack[Options]) -> Result:
        """The second derivative of each element's loss by its own prediction: the Hessian's diagonal, not reduced."""
        with torch.inference_mode(False), torch.enable_grad():
            scores = tensor_of(prediction, "prediction").detach().requires_grad_()
            values = self._of_tensors(scores, target, Request("none", None, options))
            (gradient,) = torch.autograd.grad(values.sum(), scores, create_graph=True)
            diagonal = self._diagonal(gradient, scores, options.get("axis"))
        return result_of(diagonal, prediction)

    def best_constant(self, target: Array, weight: Array | None = None) -> Result:
        """The constant prediction (raw score) with the least mean loss: where the bias of the last layer should start.

        Args:
            target: shape (N, …) with N ≥ 1: a constant for each column. For class losses shape (N, C), or (N,) of class
                indices, where C is the largest index + 1.
            weight: sample weights of the unreduced loss's shape.

        Returns:
            A number, or an array of ``target.shape[1:]``; for class losses C scores, for a Likelihood one score for
            each prediction of an element, for a Setwise loss one number, or a set that is as near to all as can be.
            Where several constants are best, the middle of them; ±inf where no finite score is.

        Example:
            >>> import lossmith as lm
            >>> float(lm.MAE().best_constant([1.0, 2.0, 10.0]))
            2.0
        """
        targets = tensor_of(target, "target").detach()
        if targets.dim() == 0 or len(targets) == 0:
            raise ShapeError(f"target has shape {tuple(targets.shape)}; at least one sample is expected, shape (N, …)")
        weights = None if weight is None else tensor_of(weight, "weight").to(torch.float64)
        return result_of(self._best_constant(targets, weights), target)

    @property
    def traits(self) -> Traits:
        """What is claimed of this loss; measured where a user's own loss claims nothing."""
        from lossmith.measuring import measured

        return measured(self)

    @property
    def latex(self) -> str:
        """The formula in LaTeX; hyper-parameters that are off (a smoothing of 0) are left out."""
        from lossmith.formula.emit.textbook import latex

        return self.LATEX or latex(self._traced("formula").expression)

    @property
    def configuration(self) -> str:
        """The hyper-parameters that are not at their defaults, as they are written: ``"delta=0.5"``, or nothing."""
        fields = ((field.name, getattr(self, field.name), field.default) for field in dataclasses.fields(self))
        return ", ".join(f"{name}={written(value)}" for name, value, usual in fields if value != usual)

    @property
    def summary(self) -> str:
        """The first sentence of the docstring."""
        return " ".join((self.__doc__ or "").strip().split("\n\n")[0].split())

    @property
    def reference(self) -> str:
        """The source; from the docstring, as are the four below: empty where it says nothing."""
        return self._paragraph("Reference")

    @property
    def when(self) -> str:
        """When it is the right loss."""
        return self._paragraph("When")

    @property
    def when_not(self) -> str:
        """When it is the wrong one."""
        return self._paragraph("When not")

    @property
    def goes_wrong(self) -> str:
        """How it fails, and what that looks like."""
        return self._paragraph("Goes wrong")

    @property
    def relatives(self) -> str:
        """What it becomes, and what becomes of it: "MSE inside δ"."""
        return self._paragraph("Relatives")

    def _paragraph(self, heading: str) -> str:
        """The text after ``heading:`` in the docstring, up to a blank line or the next heading."""
        end = r"\n\s*\n|\n\s*(?:When not|Goes wrong|Relatives): |\Z"
        found = re.search(rf"^\s*{heading}: (.+?)(?={end})", self.__doc__ or "", re.DOTALL | re.M)
        return " ".join(found.group(1).split()) if found else ""

    # What a family supplies ------------------------------------------------------------------------------------------

    @abstractmethod
    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        """Check the shapes and dtypes, and put the class axis (where there is one) last."""

    @abstractmethod
    def _elements(self, batch: Batch) -> Elements:
        """The losses of the elements, from a batch that was checked."""

    @abstractmethod
    def _diagonal(self, gradient: Tensor, scores: Tensor, axis: int | None) -> Tensor:
        """The Hessian's diagonal from the gradient, which still has its graph."""

    @abstractmethod
    def _sample(self, example: Tensor) -> tuple[tuple[int, ...], Tensor]:
        """The shape of one sample's prediction, and its target made from an example of the coding."""

    def _beyond(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The predictions of a number as far from it on the other side."""
        return 2 * (target if target.dim() == prediction.dim() else target.unsqueeze(-1)) - prediction

    @abstractmethod
    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        """The minimiser, in float64."""

    def _reads_class_counts(self) -> bool:
        """Whether a call may say how often each class occurs."""
        return False

    def _reads_lengths(self) -> bool:
        """Whether a call may say how many steps of each sample count."""
        return False

    def _target_coding(self) -> Coding:
        """How targets are coded: as the traits claim, or as the family has it where nothing is claimed."""
        return self.traits.target if self._claims_traits() else self.TARGET

    def _claims_traits(self) -> bool:
        """Whether its traits are claimed. Else they are measured by calling it, so a call must not ask for them."""
        return type(self).traits is not Loss.traits

    # From a call to a batch ------------------------------------------------------------------------------------------

    def _read(self, prediction: Tensor, target: Array, options: Options) -> Batch:
        """Check everything and bring it into the layout of the family."""
        readable = tuple(g for g, method in self.FORMULAS.items() if g == "scores" or hasattr(self, method))
        given = self._given("given", options.get("given", "scores"), readable)
        target_given = self._given("target_given", options.get("target_given", "probabilities"), self.TARGET_GIVEN)
        self._check_options(options)
        dtype = compute_dtype(prediction)
        aligned = self._align(prediction, tensor_of(target, "target", like=prediction), options.get("axis"))
        weighting = self._weighting(aligned, dtype, options)
        coding = self._target_coding()
        read = aligned.target if aligned.is_index else aligned.target.to(dtype)
        batch = Batch(
            prediction=weighting.fill(aligned.prediction.to(dtype), neutral(given, aligned.classes)),
            target=weighting.fill(read, neutral(target_given, aligned.classes) if aligned.has_rows else coding.neutral),
            weighting=weighting,
            given=given,
            target_given=target_given,
            class_weight=self._of_classes(aligned, dtype, options, "class_weight"),
            class_counts=self._of_classes(aligned, dtype, options, "class_counts"),
            is_index=aligned.is_index,
            lengths=self._lengths(aligned, options),
        )
        if may_read_values(batch.prediction, batch.target):
            self._check_values(batch, coding)
        return batch

    def _check_values(self, batch: Batch, coding: Coding) -> None:
        """Raise where a value breaks the target's coding, or the prediction is not what ``given`` says."""
        if batch.target_given == "probabilities" and not batch.is_index:
            coding.check(batch.target, type(self).__name__)
        if batch.given != "scores":
            check_given(batch.prediction.detach(), batch.given, rows=self.HAS_CLASSES, loss_name=type(self).__name__)
        elif self._claims_traits() and self.traits.link.low > -math.inf:
            check_scores(batch.prediction.detach(), self.traits.link, repr(self))

    def _given(self, option: str, value: Given, allowed: tuple[Given, ...]) -> Given:
        if value in allowed:
            return value
        what = "prediction" if option == "given" else "target"
        raise PredictionError(
            f"{type(self).__name__} cannot read its {what} as {option}={value!r}; write "
            + " or ".join(f"{option}={a!r}" for a in allowed)
        )

    def _check_options(self, options: Options) -> None:
        if unknown := options.keys() - OPTIONS:
            raise LossmithError(
                f"no option is called {', '.join(sorted(unknown))}; the options are {', '.join(OPTIONS)}"
            )
        for name in ("axis", "ignore_index"):
            if not isinstance(options.get(name), int | None):
                raise LossmithError(f"{name}={options.get(name)!r}; an integer is expected")
        for name, understood in (("axis", self.HAS_AXIS), ("class_weight", self.HAS_CLASSES)):
            if options.get(name) is not None and not understood:
                raise LossmithError(
                    f"{type(self).__name__} has no class axis, so {name}= means nothing here; for weights of elements "
                    "write weight=, for the weight of positives a field such as pos_weight"
                )
        if options.get("class_counts") is not None and not self._reads_class_counts():
            raise LossmithError(
                f"{self!r} does not adjust to class_counts=; CrossEntropy(logit_adjustment=1.0) and LDAM() do, weights "
                "of classes are class_weight="
            )

        if options.get("lengths") is not None and not self._reads_lengths():
            raise LossmithError(f"{type(self).__name__} reads no sequences, so lengths= means nothing; write mask=")

    def _lengths(self, aligned: Aligned, options: Options) -> Tensor | None:
        if (value := options.get("lengths")) is None:
            return None
        lengths = tensor_of(value, "lengths", like=aligned.prediction)
        if lengths.shape != aligned.shape or lengths.is_floating_point() or lengths.dtype == torch.bool:
            raise ShapeError(
                f"lengths has shape {tuple(lengths.shape)} and dtype {lengths.dtype}; whole numbers of shape "
                f"{tuple(aligned.shape)} are expected, one for each sample"
            )
        return lengths.long()

    def _weighting(self, aligned: Aligned, dtype: torch.dtype, options: Options) -> Weighting:
        like = aligned.prediction
        weight, mask = (
            None if (v := options.get(name)) is None else tensor_of(v, name, like=like) for name in ("weight", "mask")
        )
        kept = None
        if (ignored := options.get("ignore_index")) is not None:
            if not (aligned.is_index or self._target_coding().task == "binary"):
                raise TargetError(f"{type(self).__name__} reads no labels, so ignore_index= means nothing; write mask=")
            kept = aligned.target != ignored
        return weighting(aligned.shape, dtype, weight, mask, kept)

    def _of_classes(
        self, aligned: Aligned, dtype: torch.dtype, options: Options, name: Literal["class_weight", "class_counts"]
    ) -> Tensor | None:
        """An array with a number for each class: weights of 0 or more, counts above 0."""
        if (value := options.get(name)) is None:
            return None
        numbers = tensor_of(value, name, like=aligned.prediction).to(dtype)
        if numbers.shape != (aligned.classes,):
            raise WeightError(f"{name} has shape {tuple(numbers.shape)}; there are {aligned.classes} classes")
        wrong = numbers < 0 if name == "class_weight" else numbers <= 0
        if may_read_values(numbers) and bool((wrong | ~numbers.isfinite()).any()):
            least = "not negative" if name == "class_weight" else "above 0: a class that never occurs needs no score"
            raise WeightError(f"{name} must be finite and {least}")
        return numbers

    # The two paths ---------------------------------------------------------------------------------------------------

    def _of_tensors(self, prediction: Tensor, target: Array, request: Request) -> Tensor:
        """The call by the formula on tensors: every case, derivatives of any order, and what to say of an error."""
        batch = self._read(prediction, target, request.options)
        elements = self._elements(batch)
        return reduce(
            elements.values,
            elements.counts,
            batch.weighting,
            request.reduction,
            request.normalizer,
            order=self.MEAN_ORDER,
        )

    def _bind(self, prediction: Tensor, target: Tensor, request: Request) -> Call:
        """The kernel that computes the call; a family that has some says which."""
        raise NoKernel(f"{type(self).__name__} is no formula of one pass")

    def _plain_lift(self) -> Lift | None:
        """What the kernel of an element's score and target computes, where that is all that a plain call needs."""
        return None

    def _illegal(self, given: Given) -> Illegal:
        """Where a kernel must not go on, so that the path above can say why."""
        return Illegal(self._target_coding(), given, self.traits.link.low if self._claims_traits() else -math.inf)

    # From a method to its formula ------------------------------------------------------------------------------------

    def _traced(self, method: str) -> Formula:
        """The formula that ``method`` writes."""
        return traced(self, method)

    def _evaluate(self, method: str, *inputs: Tensor) -> Tensor:
        """The formula that ``method`` writes, elementwise over tensors of one shape."""
        formula = self._traced(method)
        return pointwise.evaluate(formula, *inputs, parameters=tuple(getattr(self, n) for n in formula.parameters))

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what is derived from them does not travel."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}


def _place_of(cls: type) -> str:
    """File and line of the class statement that runs now."""
    frame = next((f for f in inspect.stack() if f.frame.f_globals.get("__name__") == cls.__module__), None)
    return cls.__module__ if frame is None else f"{frame.filename}:{frame.lineno}"


def _annotated_fields(cls: type) -> list[str]:
    return [name for name, annotation in inspect.get_annotations(cls).items() if "ClassVar" not in str(annotation)]
