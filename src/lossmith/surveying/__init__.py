"""The surfaces of several losses, each around the network that it trained on a table."""

from lossmith.surveying.surveys import Surveys, survey_losses

__all__ = ["Surveys", "survey_losses"]
