"""Of a student and its teacher."""

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, as_probabilities, exp, log


def _distillation(x, t, given, target_given, temperature):
    scores = [log(q) if q else None for q in t] if target_given == "probabilities" else t
    taught = [0 if v is None else exp(v / temperature) for v in scores]
    taught = [v / sum(taught) for v in taught]
    said = as_probabilities([v / temperature for v in x], "scores")
    return temperature**2 * sum(b * log(b / a) for a, b in zip(said, taught, strict=True) if b)


def _softened_mean(loss, rows):
    """Softened, the best prediction is the mean of the softened targets."""
    softened = rows ** (1 / loss.temperature)
    mean = (softened / softened.sum(1, keepdims=True)).mean(0) ** loss.temperature
    return mean / mean.sum()


CASES = {
    "distillation": Case(
        (lm.Distillation(), lm.Distillation(temperature=1.0), lm.Distillation(temperature=0.3)),
        RowTextbook(_distillation, ("scores", "log_probabilities")),
        (
            # halved, they are the scores of (9, 1)/10 and (1, 1)/2, whose KL divergence is 0.9·log 1.8 + 0.1·log 0.2
            Published(
                "worked by hand from the definition: 4·0.3680642",
                lm.Distillation(temperature=2.0),
                [[0.0, 0.0]],
                [[4.394449154672439, 0.0]],
                4 * 0.3680642071684971,
                {"target_given": "scores"},
            ),
        ),
        bound=(10.0, 12.0),  # the division by 0.3 rounds both sides once more, at 7 times the scores' own size
        statistic=_softened_mean,
    ),
}
