"""The order of two."""

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, mpf


def _margin_ranking(x, t, given, target_given, margin):
    return max(mpf(0), margin - t[0] * (x[0] - x[1]))


CASES = {
    "margin_ranking": Case(
        (lm.MarginRanking(), lm.MarginRanking(margin=1.0), lm.MarginRanking(margin=0.3)),
        RowTextbook(_margin_ranking),
        (
            Published(
                "documentation of torch.nn.MarginRankingLoss, its formula, by hand",
                lm.MarginRanking(margin=1.0),
                [[2.0, 0.5], [0.5, 2.0], [0.5, 0.0]],
                [1.0, 1.0, -1.0],
                (0 + 2.5 + 1.5) / 3,
            ),
        ),
        rows=((-40.0, -1.0), (0.3, 7.0), (7.0, 0.3), (1e-4, 1e-30), (1e30, -1.0), (64.0, 66.0)),
    ),
}
