"""The embedded demonstration: drawn scenes with a known score, and the small model that first misjudges them.

The room draws its own data and trains its own model from scratch, so that the whole loop can be shown without a
download. It knows nothing of the stages that later train and measure the model.
"""
