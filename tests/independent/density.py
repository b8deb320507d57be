"""Points from the density, without our program: NumPy only, from the formulae of the problem.

Draws its own points from the mixture and holds their counts in square cells against the exact probabilities (Pearson's chi-square,
cells with fewer than five expected points pooled), then does the same with one centre moved by .05, which must be rejected. Prints
both p-values, the share of the plane's mass by quadrant, and the share of points inside the curve.

    python tests/independent/density.py [N]     (default 100000; takes a second or two)
"""

import json
import math
import sys

import numpy as np

HALF = 1.2  # the plane is [-1.2, 1.2] in x and y
F = 4 * math.pi + 2.25
CELLS = 24
# x, y, standard deviation, weight
MIXTURE = np.array(
    [[0.35, -0.3, 0.3, 0.3], [-0.45, -0.45, 0.22, 0.2], [0.5, 0.5, 0.22, 0.2], [-0.05, 0.1, 0.3, 0.25], [-0.2, -0.8, 0.25, 0.05]]
)


def draw(rng, mixture, n):
    """n points of the mixture, those off the plane drawn again."""
    points = np.empty((0, 2))
    while len(points) < n:
        which = rng.choice(len(mixture), size=2 * n, p=mixture[:, 3] / mixture[:, 3].sum())
        drawn = mixture[which, :2] + rng.standard_normal((2 * n, 2)) * mixture[which, 2:3]
        points = np.concatenate([points, drawn[(np.abs(drawn) <= HALF).all(axis=1)]])
    return points[:n]


def normal_below(x):
    return 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def probabilities(mixture):
    """Of each cell, rows from the lowest y; they sum to 1 over the plane."""
    edges = np.linspace(-HALF, HALF, CELLS + 1)
    cells = np.zeros((CELLS, CELLS))
    for x, y, deviation, weight in mixture:
        across = np.diff(normal_below((edges - x) / deviation))
        up = np.diff(normal_below((edges - y) / deviation))
        cells += weight * np.outer(up, across)
    return cells / cells.sum()


def chi_square(points, expected):
    """p-value by the approximation of Wilson and Hilferty."""
    counts, _, _ = np.histogram2d(points[:, 1], points[:, 0], bins=CELLS, range=[[-HALF, HALF]] * 2)
    wanted = len(points) * expected
    full = wanted >= 5
    seen = np.append(counts[full], counts[~full].sum())
    wanted = np.append(wanted[full], wanted[~full].sum())
    statistic, freedom = ((seen - wanted) ** 2 / wanted).sum(), len(seen) - 1
    spread = 2 / (9 * freedom)
    z = ((statistic / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    return 0.5 * math.erfc(z / math.sqrt(2))


def inside(points):
    radius = np.hypot(points[:, 0], points[:, 1])
    angle = np.arctan2(points[:, 1], points[:, 0]) % (2 * math.pi)
    found = np.zeros(len(points), dtype=bool)
    for turn in range(3):
        f = angle + 2 * math.pi * turn
        u = np.minimum(f / F, 1)
        t = np.clip(f - F + 1, 0, 1)
        line = 0.80 * u**0.9 + 0.22 * t**2.2
        width = 0.0915 * np.minimum(1, 3 * u) * np.sqrt(1 - u**14) * (1 - t**1.3)
        found |= (f <= F) & (np.abs(radius - line) < width)
    return found


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rng = np.random.default_rng(1)
    moved = MIXTURE.copy()
    moved[0, 0] += 0.05
    expected = probabilities(MIXTURE)
    points = draw(rng, MIXTURE, n)
    half = CELLS // 2
    print(
        json.dumps(
            {
                "n": n,
                "p": chi_square(points, expected),
                "p_moved": chi_square(draw(rng, moved, n), expected),
                "upper_right": expected[half:, half:].sum(),
                "inside": float(inside(draw(rng, MIXTURE, 400_000)).mean()),
            },
            indent=2,
        )
    )


main()
