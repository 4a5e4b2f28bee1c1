"""Worlds: values of figures, drawn from their distributions by a Gaussian copula."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri_exp

from netdesign.instance.distribution_rows import DistributionKind
from netdesign.instance.distributions import correlation_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.distributions import Distributions, FigureDistribution

    Floats = NDArray[np.float64]


def draw_worlds(distributions: Distributions, worlds: int, seed: int) -> Floats:
    """Draw values of all figures.

    Plain random numbers, not quasi-random ones: so each world is independent of the others, and standard errors are
    those of the textbook. The first worlds are the same however many are drawn.

    Parameters
    ----------
    distributions
        Figures with their distributions and correlations.
    worlds
        Their number.
    seed
        Of the random numbers.

    Returns
    -------
    array
        Values in the units of the figures, shape (worlds, figures).
    """
    figures = distributions.figures
    scores = np.random.Generator(np.random.PCG64(seed)).standard_normal((worlds, len(figures)))
    if distributions.correlations:
        scores = scores @ _root(correlation_matrix(len(figures), distributions.correlations)).T
    return np.column_stack([_values(figure, column) for figure, column in zip(figures, scores.T, strict=True)])


def _root(matrix: Floats) -> Floats:
    """Return the symmetric matrix whose square is the given one, which may be singular.

    It is the only one without negative eigenvalues; the vectors of equal eigenvalues, which any rotation may exchange,
    differ from processor to processor, and worlds of one seed would too.
    """
    values, vectors = np.linalg.eigh(matrix)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    # Scores have the variance 1, whatever was rounded.
    return np.asarray(root / np.sqrt((root**2).sum(axis=1, keepdims=True)))


def _values(figure: FigureDistribution, scores: Floats) -> Floats:
    """Return the values of a figure at normal scores."""
    low, high, kind = figure.low, figure.high, figure.kind
    if kind is DistributionKind.NORMAL:
        values = figure.mean + figure.sd * scores
    elif kind is DistributionKind.LOGNORMAL:
        variance = math.log1p((figure.sd / figure.mean) ** 2)
        values = figure.mean * np.exp(math.sqrt(variance) * scores - 0.5 * variance)
    elif kind is DistributionKind.UNIFORM and figure.is_whole:
        # All whole numbers are as likely; of those that are rounded the ends would be half as likely.
        values = np.floor(math.ceil(low) + (math.floor(high) - math.ceil(low) + 1) * ndtr(scores))
    elif kind is DistributionKind.UNIFORM:
        values = low + (high - low) * ndtr(scores)
    elif kind is DistributionKind.TRIANGULAR:
        share, at_mode = ndtr(scores), (figure.mode - low) / (high - low)
        rising = low + np.sqrt(share * (high - low) * (figure.mode - low))
        falling = high - np.sqrt((1.0 - share) * (high - low) * (high - figure.mode))
        values = np.where(share < at_mode, rising, falling)
    else:
        values = figure.mean + figure.sd * _between(
            (low - figure.mean) / figure.sd, (high - figure.mean) / figure.sd, scores
        )
    if not math.isnan(low):
        values = np.clip(values, low, high)
    if not figure.is_whole:
        return np.asarray(values)
    rounded = np.round(values)
    return np.asarray(rounded if math.isnan(low) else np.clip(rounded, math.ceil(low), math.floor(high)))


def _between(low: float, high: float, scores: Floats) -> Floats:
    """Return normal scores that are left between two ends, each at the share of its score among all.

    By logarithms and in the lower tail, as shares next to 1 have no digits left far out; ends in the upper tail are
    mirrored.
    """
    if low > 0.0:
        return -_between(-high, -low, -scores)
    least, most = log_ndtr(low), log_ndtr(high)
    # log(P(low) + (P(high) - P(low)) share)
    return np.asarray(ndtri_exp(most + np.log1p(np.expm1(least - most) * ndtr(-scores))))
