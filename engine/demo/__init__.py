"""The built-in demo: synthetic scenes with a known score, and the small model that misjudges them at first.

This package draws its own data and trains its own model from scratch, so that the whole loop runs without a download.
It does not depend on the stages that later train and measure the model.
"""
