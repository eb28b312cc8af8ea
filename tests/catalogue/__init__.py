"""What the tests know of each loss and the library does not: a file for each file of ``lossmith.losses``."""

from catalogue import (
    amounts,
    binary,
    classes,
    counts,
    divergences,
    fenchel_young,
    forecasts,
    likelihoods,
    margins,
    multiclass_margins,
    multilabel,
    ordinal,
    quantiles,
    ranking,
    regression,
    relative,
    robust,
    smooth_margins,
)
from catalogue.case import Case

CASES: dict[str, Case] = {
    **amounts.CASES,
    **binary.CASES,
    **classes.CASES,
    **counts.CASES,
    **divergences.CASES,
    **fenchel_young.CASES,
    **forecasts.CASES,
    **likelihoods.CASES,
    **margins.CASES,
    **multiclass_margins.CASES,
    **multilabel.CASES,
    **ordinal.CASES,
    **quantiles.CASES,
    **ranking.CASES,
    **regression.CASES,
    **relative.CASES,
    **robust.CASES,
    **smooth_margins.CASES,
}
