"""The foreground of an image by the spectral residual, without a learned model. Pillow, NumPy and SciPy only.

Xiaodi Hou and Liqing Zhang, "Saliency Detection: A Spectral Residual Approach", CVPR 2007. What is common to natural
images is the smooth course of their log amplitude spectrum; what deviates from it belongs to the things that stand out.
Written here because it takes 15 lines: the well-kept implementation is in opencv-contrib, a dependency of 60 MB, whose
wheels conflict with the other OpenCV wheels that users may have. Nothing is downloaded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from engine.degradations.pixels import FloatArray, to_array

LONGEST_SIDE = 64
"""Pixels of the longest side at which saliency is computed, as in the paper: larger things stand out as a whole."""
SMOOTHING = 4.0
"""Standard deviation of the Gaussian that smooths the map, in its pixels. The paper's 2.5 leaves edges of a subject as
patches of their own; this joins them."""
FOREGROUND = 0.15
"""Share of an image that is its foreground. The paper takes what is above three times the map's mean, which with the
preference for the centre is nearly the same share of each photograph, 9% to 13%, a little less than looked right."""
OPPONENTS = np.asarray([[0.299, 0.587, 0.114], [0.5, -0.5, 0.0], [-0.25, -0.25, 0.5]])
"""Brightness, red against green, blue against yellow, of red, green and blue: a red thing on a green ground of the same
brightness stands out, too."""
_EVEN = 1e-3
"""Share of the map that is the same everywhere, so that the centre decides where nothing stands out."""


def saliency(image: Image.Image) -> FloatArray:
    """Return how much each pixel stands out, ``[height, width]``, at most about 1. Deterministic.

    Beside the paper: three channels in place of the brightness alone; a window, since a transform takes the image for
    periodic and finds the seam at its borders; and a preference for the centre, where photographers put a subject.

    Args:
        image: in RGB.
    """
    scale = min(1.0, LONGEST_SIDE / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    small = to_array(image.resize((width, height), Image.Resampling.BOX)) @ OPPONENTS.T
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    spectrum = np.fft.fft2((small - small.mean(axis=(0, 1))) * window[..., None], axes=(0, 1))
    amplitude = np.log1p(np.abs(spectrum))  # not the bare logarithm: rounding errors of an even image are no structure
    residual = amplitude - ndimage.uniform_filter(amplitude, (3, 3, 0), mode="wrap")
    phase = np.exp(1j * np.angle(spectrum)) * (np.abs(spectrum) > 1e-6)
    salient = (np.abs(np.fft.ifft2(np.exp(residual) * phase, axes=(0, 1))) ** 2).sum(axis=2)
    salient = ndimage.gaussian_filter(salient, SMOOTHING, mode="nearest")
    salient = np.round(salient / max(salient.max(), np.finfo(float).tiny), 6) + _EVEN
    full = Image.fromarray((salient * _closeness(height, width)).astype(np.float32))
    return np.asarray(full.resize(image.size, Image.Resampling.BICUBIC), dtype=np.float64)


def foreground(salient: FloatArray) -> NDArray[np.bool_]:
    """Return which pixels are the foreground, ``[height, width]``: the most salient 15% of the image.

    Never nothing and never everything, also of an even image (its centre), so that what is done to the foreground can
    be seen. Images of one or two pixels have no background.

    Args:
        salient: as returned by :func:`saliency`.
    """
    return np.asarray(salient >= np.quantile(salient, 1 - FOREGROUND))


def _closeness(height: int, width: int) -> FloatArray:
    """Return 1 in the centre and 0 in the corners, ``[height, width]``."""
    y = (2 * np.arange(height) + 1) / height - 1
    x = (2 * np.arange(width) + 1) / width - 1
    return np.asarray(1 - np.hypot(y[:, None], x[None, :]) / np.sqrt(2))
