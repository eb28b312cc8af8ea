"""Choose a loss: facts measured on the data, rules that make an advice of them."""

from lossmith.choosing.advice import Advice, choose
from lossmith.choosing.facts import Facts
from lossmith.choosing.recommendation import Recommendation

__all__ = ["Advice", "Facts", "Recommendation", "choose"]
