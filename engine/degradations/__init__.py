"""Degraded copies of an image: one attribute made worse, by a graded strength. Pillow, NumPy and SciPy only.

Shared by everything that has to know what is wrong with an image. A degradation is a row in
``engine.contract.degradations.kinds`` and a function in ``registry``.
"""
