"""Trainings that are watched: right ones and wrong ones, and how many are judged rightly."""
