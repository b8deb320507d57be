"""The law of nearest neighbours, without our program: NumPy only, from the formulae of the problem.

error = c_k N^(-1/2) * integral of sqrt(p) ds along the curve, c_1 = 1/pi. Prints the integral, c_k by simulation of a Poisson process
beside a straight border, the predicted errors, and errors of a brute-force search on this script's own random points.

    python tests/independent/knn_law.py [N]     (default 3000; takes about 20 s)
"""

import json
import math
import sys

import numpy as np

HALF = 1.2  # the plane is [-1.2, 1.2] in x and y
F = 4 * math.pi + 2.25
# x, y, standard deviation, weight
MIXTURE = np.array(
    [[0.35, -0.3, 0.3, 0.3], [-0.45, -0.45, 0.22, 0.2], [0.5, 0.5, 0.22, 0.2], [-0.05, 0.1, 0.3, 0.25], [-0.2, -0.8, 0.25, 0.05]]
)
rng = np.random.default_rng(20_260_101)


def centre(f):
    t = np.clip(f - F + 1, 0, 1)
    return 0.80 * (f / F) ** 0.9 + 0.22 * t**2.2


def half_width(f):
    u, t = f / F, np.clip(f - F + 1, 0, 1)
    return 0.0915 * np.minimum(1, 3 * u) * np.sqrt(np.maximum(0, 1 - u**14)) * (1 - t**1.3)


def inside(points):
    r = np.hypot(points[:, 0], points[:, 1])
    angle = np.arctan2(points[:, 1], points[:, 0]) % (2 * math.pi)
    found = np.zeros(len(points), bool)
    for turn in range(3):
        f = angle + 2 * math.pi * turn
        on = f <= F
        g = np.where(on, f, 0)
        found |= on & (np.abs(r - centre(g)) < half_width(g))
    return found


def phi(z):
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def mass_on_plane():
    total = 0.0
    for x, y, s, w in MIXTURE:
        total += w * (phi((HALF - x) / s) - phi((-HALF - x) / s)) * (phi((HALF - y) / s) - phi((-HALF - y) / s))
    return total


def density(points):
    sum_ = np.zeros(len(points))
    for x, y, s, w in MIXTURE:
        d2 = (points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2
        sum_ += w / (2 * math.pi * s * s) * np.exp(-0.5 * d2 / (s * s))
    on = (np.abs(points) <= HALF).all(axis=1)
    return np.where(on, sum_ / mass_on_plane(), 0)


def draw(n):
    kept = []
    while sum(map(len, kept)) < n:
        part = rng.choice(len(MIXTURE), n, p=MIXTURE[:, 3])
        points = MIXTURE[part, :2] + MIXTURE[part, 2:3] * rng.standard_normal((n, 2))
        kept.append(points[(np.abs(points) <= HALF).all(axis=1)])
    return np.concatenate(kept)[:n]


def integral():
    """sqrt(p) ds along both sides; the side's own parameter f, finely cut, so that lengths are chords."""
    total = 0.0
    f = np.linspace(0, F, 200_001)
    for side in (1, -1):
        r = centre(f) + side * half_width(f)
        line = np.stack([r * np.cos(f), r * np.sin(f)], axis=1)
        step = np.hypot(*np.diff(line, axis=0).T)
        total += float((step * np.sqrt(density((line[1:] + line[:-1]) / 2))).sum())
    return total


def constant(k, trials=400_000, reach=6.0):
    """c_k by simulation: a point at distance d from the border y = 0, d uniform in [0, reach], neighbours of intensity 1."""
    d = rng.uniform(0, reach, trials)
    # Squared distances of a Poisson process: pi R^2 grows by exponential steps.
    radius = np.sqrt(np.cumsum(rng.exponential(size=(trials, k)), axis=1) / math.pi)
    beyond = d[:, None] + radius * np.cos(rng.uniform(0, 2 * math.pi, (trials, k))) < 0
    wrong = beyond.sum(axis=1) > k / 2
    value = 2 * reach * wrong.mean()
    return float(value), float(2 * reach * math.sqrt(wrong.mean() * (1 - wrong.mean()) / trials))


def measured(n, ks, samples=10, tests=20_000):
    """Errors of the majority of the k nearest, by every distance; its mean and standard error over samples."""
    errors = []
    for _ in range(samples):
        train, test = draw(n), draw(tests)
        labels, truth = inside(train), inside(test)
        wrong = np.zeros(len(ks))
        for block in range(0, tests, 1000):
            at = test[block : block + 1000]
            d2 = (at[:, :1] - train[:, 0]) ** 2 + (at[:, 1:] - train[:, 1]) ** 2
            near = np.argpartition(d2, max(ks), axis=1)[:, : max(ks)]
            near = np.take_along_axis(near, np.argsort(np.take_along_axis(d2, near, axis=1), axis=1), axis=1)
            for i, k in enumerate(ks):
                vote = labels[near[:, :k]].sum(axis=1) > k / 2
                wrong[i] += (vote != truth[block : block + 1000]).sum()
        errors.append(wrong / tests)
    errors = np.array(errors)
    return errors.mean(axis=0), errors.std(axis=0, ddof=1) / math.sqrt(samples)


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    length, ks = integral(), [1, 5]
    mean, error = measured(n, ks)
    answer = {"integral": length, "n": n, "k": {}}
    for i, k in enumerate(ks):
        c, spread = (1 / math.pi, 0.0) if k == 1 else constant(k)
        answer["k"][k] = {
            "constant": c,
            "constant_standard_error": spread,
            "predicted": {str(m): c * length / math.sqrt(m) for m in (n, 10_000, 100_000)},
            "measured": float(mean[i]),
            "measured_standard_error": float(error[i]),
            "measured_over_predicted": float(mean[i] * math.sqrt(n) / (c * length)),
        }
    print(json.dumps(answer, indent=2))


main()
