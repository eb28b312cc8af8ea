"""A loss of your own: a baker who bakes too little loses a customer, one who bakes too much loses a loaf.

Run it: python examples/own_loss.py
"""

from dataclasses import dataclass

import numpy as np

import lossmith as lm
from lossmith.formula import where


@dataclass(frozen=True, kw_only=True)
class Asymmetric(lm.Residual):
    """Squared error in which predicting too little costs more than predicting too much."""

    under: lm.Positive = 4.0  # what a loaf too few costs, against one too many

    def formula(self, r):
        """The residual r is prediction − target: below 0 there was too little."""
        return where(r < 0, self.under, 1) * r**2


def main() -> None:
    """Ask the loss what it makes of a week of sales; nothing but the formula was written."""
    loss = Asymmetric(under=4.0)
    sold = np.array([31.0, 28.0, 35.0, 30.0, 44.0, 52.0])
    print(f"{loss}: two too few cost {loss(28.0, 30.0):g}, two too many {loss(32.0, 30.0):g}")
    print(f"slopes there: {loss.gradient(28.0, 30.0):g} and {loss.gradient(32.0, 30.0):g}")
    print(f"bake {loss.best_constant(sold):.1f} loaves; the mean of the sales is {sold.mean():.1f}")
    print(f"measured: convex {loss.traits.convex}, largest slope {loss.traits.lipschitz:g}")
    print(f"LaTeX: {loss.latex}")


if __name__ == "__main__":
    main()
