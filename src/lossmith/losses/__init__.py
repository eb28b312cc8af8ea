"""The catalogue: short classes and no machinery. A new loss is one class in its file and one line of ``ALL``."""

from lossmith.loss import Loss
from lossmith.losses import (
    amounts,
    binary,
    classes,
    counts,
    distillation,
    divergences,
    fenchel_young,
    forecasts,
    likelihoods,
    longtail,
    margins,
    multiclass_margins,
    multilabel,
    noisy,
    ordinal,
    quantiles,
    ranking,
    regression,
    relative,
    renyi,
    robust,
    sequence,
    smooth_margins,
    transport,
)
from lossmith.losses.amounts import *
from lossmith.losses.binary import *
from lossmith.losses.classes import *
from lossmith.losses.counts import *
from lossmith.losses.distillation import *
from lossmith.losses.divergences import *
from lossmith.losses.fenchel_young import *
from lossmith.losses.forecasts import *
from lossmith.losses.likelihoods import *
from lossmith.losses.longtail import *
from lossmith.losses.margins import *
from lossmith.losses.multiclass_margins import *
from lossmith.losses.multilabel import *
from lossmith.losses.noisy import *
from lossmith.losses.ordinal import *
from lossmith.losses.quantiles import *
from lossmith.losses.ranking import *
from lossmith.losses.regression import *
from lossmith.losses.relative import *
from lossmith.losses.renyi import *
from lossmith.losses.robust import *
from lossmith.losses.sequence import *
from lossmith.losses.smooth_margins import *
from lossmith.losses.transport import *

__all__ = ["ALL"]
__all__ += amounts.__all__
__all__ += binary.__all__
__all__ += classes.__all__
__all__ += counts.__all__
__all__ += distillation.__all__
__all__ += divergences.__all__
__all__ += fenchel_young.__all__
__all__ += forecasts.__all__
__all__ += likelihoods.__all__
__all__ += longtail.__all__
__all__ += margins.__all__
__all__ += multiclass_margins.__all__
__all__ += multilabel.__all__
__all__ += noisy.__all__
__all__ += ordinal.__all__
__all__ += quantiles.__all__
__all__ += ranking.__all__
__all__ += regression.__all__
__all__ += relative.__all__
__all__ += renyi.__all__
__all__ += robust.__all__
__all__ += sequence.__all__
__all__ += smooth_margins.__all__
__all__ += transport.__all__

ALL: tuple[type[Loss], ...] = (
    MSE,
    RMSE,
    MAE,
    Huber,
    LogCosh,
    Quantile,
    SmoothL1,
    PseudoHuber,
    EpsilonInsensitive,
    SquaredEpsilonInsensitive,
    Expectile,
    MSLE,
    MAPE,
    SMAPE,
    Cauchy,
    GemanMcClure,
    Welsch,
    Tukey,
    Charbonnier,
    Wing,
    Barron,
    MultiQuantile,
    CRPSGaussian,
    CRPSEnsemble,
    Poisson,
    NegativeBinomial,
    ZeroInflatedPoisson,
    Gamma,
    InverseGaussian,
    Tweedie,
    GaussianNLL,
    LaplaceNLL,
    StudentTNLL,
    BetaNLL,
    VonMises,
    GaussianKL,
    MarginRanking,
    BinaryCrossEntropy,
    BinaryFocal,
    Asymmetric,
    Hinge,
    SquaredHinge,
    SmoothedHinge,
    ModifiedHuber,
    DWD,
    SquaredMargin,
    Perceptron,
    LogisticMargin,
    Exponential,
    Savage,
    Tangent,
    SigmoidLoss,
    CrossEntropy,
    CategoricalCrossEntropy,
    SparseCategoricalCrossEntropy,
    Poly1,
    Brier,
    Squentropy,
    Focal,
    LDAM,
    GeneralizedCrossEntropy,
    SymmetricCrossEntropy,
    Taylor,
    BiTempered,
    MulticlassHinge,
    WestonWatkins,
    ZLPR,
    MultilabelMargin,
    FenchelYoung,
    SparsemaxLoss,
    Entmax15Loss,
    Coral,
    Corn,
    SquaredEarthMovers,
    KLDivergence,
    JSDivergence,
    TotalVariation,
    Hellinger,
    ChiSquared,
    AlphaDivergence,
    RenyiDivergence,
    Distillation,
    Wasserstein1D,
    Sinkhorn,
    CTC,
)
