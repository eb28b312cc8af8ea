"""The errors of Lossmith. Each message says what was given, what was expected, and what to write instead."""


class LossmithError(ValueError):
    """Wrong use of Lossmith: the root of all its errors."""


class DefinitionError(LossmithError):
    """A loss is defined wrongly: the message names the file, the line and the remedy."""


class ParameterError(LossmithError):
    """A hyper-parameter is outside the range that its loss allows."""


class ShapeError(LossmithError):
    """Shapes do not belong together; nothing is broadcast silently."""


class TargetError(LossmithError):
    """A target is coded otherwise than the loss reads it (0/1 against ±1, a class that does not exist …)."""


class PredictionError(LossmithError):
    """A prediction is not what ``given=`` says that it is, or the loss cannot read it in that form."""


class DtypeError(LossmithError):
    """An array has a dtype with which the loss cannot be computed."""


class WeightError(LossmithError):
    """A weight, mask, class weight or normalizer does not fit the loss."""


class SecondDerivativeError(LossmithError):
    """A second derivative was asked for where it would be silently wrong."""


class UnknownLossError(LossmithError):
    """No loss has this name."""


class DataError(LossmithError):
    """A data file or a column cannot be used; the message lists what there is."""
