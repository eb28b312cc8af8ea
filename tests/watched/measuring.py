"""How many of the labelled trainings are judged rightly.

python -m watched.measuring [--steps 300] [--figures]        (in tests/)
"""

from __future__ import annotations

import argparse

import numpy as np

from watched.runs import RIGHT, VARIATIONS, WRONG, run


def main() -> None:
    """Print the share of each kind, and what is misjudged; where asked for, the figures that the limits are about."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--figures", action="store_true")
    arguments = parser.parse_args()
    alarms = found = 0
    for training, codes in [*((training, ()) for training in RIGHT), *WRONG.items()]:
        for v in VARIATIONS:
            w = run(training, v, arguments.steps)
            said = set(w.report.codes)
            loud = [finding.code for finding in w.findings if finding.severity != "note"]
            is_right = bool(said & set(codes)) if codes else not loud
            found += bool(codes) and is_right
            alarms += not codes and not is_right
            if not is_right:
                print(f"misjudged: {training.__name__} {v}: said {sorted(said)}, expected {codes}")
            if arguments.figures:
                print(f"{training.__name__:22} {v.seed} {figures(w)} {' '.join(w.report.codes)}")
    print(f"{found} of {len(WRONG) * len(VARIATIONS)} wrong trainings named")
    print(f"{alarms} of {len(RIGHT) * len(VARIATIONS)} right trainings blamed")


def figures(w) -> str:
    """What the rules judge by, at its worst."""
    samples, losses = w.history.samples, np.abs(w.history.losses)
    updates = np.array([sample.update for sample in samples])
    lasting = [updates[n : n + 5].min() for n in range(len(updates) - 4)] or [np.nan]
    depths = [d[0] / d[-1] for s in samples if len(d := s.through_depth) > 3 and d[-1] > 0]
    grown = [s.gradient for s in samples]
    dead = max((max(s.dead.values(), default=0) for s in samples if s.looks >= 5), default=0)
    return (
        f"update {min(updates):.1e} {max(lasting):.1e} {max(updates):.1e}  depth {min(depths, default=1):.1e} "
        f"{max(depths, default=1):.1e}  grown {max(grown) / (max(grown[:5]) or np.nan):.1e}  "
        f"loss {losses.max() / (losses[:3].max() or np.nan):.1e}  dead {dead:.2f}"
    )


if __name__ == "__main__":
    main()
