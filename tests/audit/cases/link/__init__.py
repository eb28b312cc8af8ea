"""Programs about the link between the model and the loss: scores, probabilities, their logarithms, ranges."""
