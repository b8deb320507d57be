"""error = a N^(-alpha) + c by a plain grid, without our program: NumPy only.

Least squares on the logarithm of the error, over a grid of alpha and c that is drawn closer around its best four times; the best ln a
for each pair is found by Newton's method. Reads a table from standard input, or fits its own:

    python tests/independent/fit.py [-]     lines of N and error; prints JSON
"""

import json
import sys

import numpy as np

# Made by hand: 0.9 N^-0.5 + 0.004, rounded to two or three digits.
TABLE = [(100, 0.094), (316, 0.0546), (1000, 0.0325), (3162, 0.02), (10000, 0.013), (31623, 0.00906), (100000, 0.00685)]


def fit(n, error):
    x, y = np.log(n), np.log(error)
    alphas, floors = np.linspace(0.01, 2, 121), np.linspace(0, error.min() * 1.2, 121)
    best = None
    for _ in range(5):
        alpha, c = np.meshgrid(alphas, floors, indexing="ij")
        log_a = np.full(alpha.shape, y.max() + alpha * x[0])
        for _ in range(60):
            part = np.exp(log_a[..., None] - alpha[..., None] * x)
            value = part + c[..., None]
            gradient = part / value
            residual = y - np.log(value)
            # At most 1 at a step: far off, the curve is flat.
            step = (gradient * residual).sum(-1) / np.maximum((gradient**2).sum(-1), 1e-12)
            log_a = log_a + np.clip(step, -1, 1)
        squares = ((y - np.log(np.exp(log_a[..., None] - alpha[..., None] * x) + c[..., None])) ** 2).sum(-1)
        i, j = np.unravel_index(np.argmin(squares), squares.shape)
        best = {
            "a": float(np.exp(log_a[i, j])),
            "alpha": float(alphas[i]),
            "c": float(floors[j]),
            "squares": float(squares[i, j]),
        }
        near = lambda grid, at: (grid[max(at - 4, 0)], grid[min(at + 4, len(grid) - 1)])
        alphas, floors = (np.linspace(*near(grid, at), 121) for grid, at in ((alphas, i), (floors, j)))
    return best


def main():
    rows = TABLE
    if sys.argv[1:] == ["-"]:
        rows = [tuple(map(float, line.split())) for line in sys.stdin if line.strip()]
    table = np.array(rows, float)
    print(json.dumps(fit(table[:, 0], table[:, 1]), indent=2))


main()
