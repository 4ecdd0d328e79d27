"""How sure a figure is: bootstrap intervals and paired differences."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import bootstrap

_RESAMPLES = 2_000
_SEED = 20261121


class Interval(NamedTuple):
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


def interval(values: Sequence[float]) -> Interval:
    """Percentile bootstrap interval of the mean; fewer than two or equal values: the mean itself."""
    array = np.asarray(values, dtype=float)
    mean = float(array.mean()) if len(array) else float("nan")
    if len(array) < 2 or np.ptp(array) == 0:
        return Interval(mean, mean, mean)
    result = bootstrap(
        (array,), np.mean, n_resamples=_RESAMPLES, method="percentile",
        rng=np.random.default_rng(_SEED), vectorized=True,
    )  # fmt: skip
    low, high = result.confidence_interval
    return Interval(mean, float(low), float(high))


def difference(before: Sequence[float], after: Sequence[float]) -> Interval:
    """Mean of after − before over the same questions, with its interval.

    Raises ValueError when the lengths differ.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} values against {len(after)}")
    return interval([b - a for a, b in zip(before, after, strict=True)])
