"""What a user of Python might pick instead: python rivals.py torch|sklearn.

Reads a command a line (JSON), works on one thread, and answers a line: {"result", "wall", "cpu"}, the seconds by the clock and of
this thread. What is only preparation is answered without times.
"""

import json
import sys
import time
import warnings

import numpy as np


def timed(work):
    start, before = time.perf_counter(), time.thread_time()
    result = work()
    return result, {"wall": time.perf_counter() - start, "cpu": time.thread_time() - before}


def inside(model, rows):
    """Probabilities of label 1; a model that has met one label only has one column."""
    column = list(model.classes_).index(1) if 1 in model.classes_ else None
    answers = model.predict_proba(rows)
    return answers[:, column] if column is not None else answers[:, 0] * 0


class Given:
    """The sample, the order of batches and the initial weights that all contestants share."""

    def __init__(self, file):
        with open(file) as source:
            given = json.load(source)
        self.xy = np.array(given["xy"], dtype=np.float32).reshape(-1, 2)
        self.labels = np.array(given["labels"], dtype=np.uint8)
        self.orders = given["orders"]
        self.weights = given["weights"]

    def layers(self, name, seed, learner):
        """Parameters lie layer by layer: weights, biases, then gain and shift if there is a layer norm."""
        flat = np.array(self.weights[name][seed - 1], dtype=np.float32)
        sizes = [2, *learner["hidden"], 1]
        layers, at = [], 0

        def take(*shape):
            nonlocal at
            start, at = at, at + int(np.prod(shape))
            return flat[start:at].reshape(shape).copy()

        for i, outputs in enumerate(sizes[1:]):
            layer = [take(sizes[i], outputs), take(outputs)]
            if learner.get("layer_norm") and i + 2 < len(sizes):
                layer += [take(outputs), take(outputs)]
            layers.append(layer)
        assert at == len(flat)
        return layers


class Torch:
    """PyTorch, eager, as its documentation trains a network."""

    def __init__(self):
        import torch

        torch.set_num_threads(1)
        self.torch = torch
        self.given = None
        self.version = torch.__version__

    def begin(self, file, name, seed, learner, fused=False):
        torch = self.torch
        self.given = self.given or Given(file)
        given, modules = self.given, []
        for weights, biases, *norm in given.layers(name, seed, learner):
            linear = torch.nn.Linear(*weights.shape)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(weights.T))
                linear.bias.copy_(torch.from_numpy(biases))
            modules.append(linear)
            if norm:
                modules.append(torch.nn.LayerNorm(len(biases)))
            modules.append(torch.nn.ReLU())
        self.net = torch.nn.Sequential(*modules[:-1], torch.nn.Flatten(0))
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=learner.get("learning_rate", 0.003), fused=fused)
        gamma = learner.get("focal_gamma", 0)
        self.loss = torch.nn.functional.binary_cross_entropy_with_logits if gamma == 0 else self.focal(gamma)
        self.x = torch.from_numpy(given.xy)
        self.y = torch.from_numpy(given.labels.astype(np.float32))
        self.orders = [torch.tensor(order) for order in given.orders]
        self.batch, self.epoch = learner["batch"], 0

    def focal(self, gamma):
        torch = self.torch

        def loss(z, y):
            margin = (2 * y - 1) * z
            return (torch.sigmoid(-margin) ** gamma * torch.nn.functional.softplus(-margin)).mean()

        return loss

    def train(self, epochs, give=False):
        _, answer = timed(lambda: [self.one_epoch() for _ in range(epochs)])
        if give:
            with self.torch.no_grad():
                answer["result"] = self.torch.sigmoid(self.net(self.x)).tolist()
        return answer

    def one_epoch(self):
        order = self.orders[self.epoch % len(self.orders)]
        self.epoch += 1
        for rows in order.split(self.batch):
            self.optimizer.zero_grad()
            self.loss(self.net(self.x[rows]), self.y[rows]).backward()
            self.optimizer.step()


class Sklearn:
    """scikit-learn's network and neighbours, and scipy's tree."""

    def __init__(self):
        import scipy
        import sklearn

        self.given = None
        self.version = f"{sklearn.__version__}, scipy {scipy.__version__}"

    def begin(self, file, name, seed, learner):
        from sklearn.neural_network import MLPClassifier

        self.given = self.given or Given(file)
        given = self.given
        self.net = MLPClassifier(
            hidden_layer_sizes=learner["hidden"],
            batch_size=learner["batch"],
            learning_rate_init=learner.get("learning_rate", 0.003),
            alpha=0.0,  # no weight decay, as ours
            max_iter=1,
            tol=0.0,
            n_iter_no_change=10**9,
            warm_start=True,
            random_state=seed,
        )
        # One epoch makes all that a warm start needs; then it is given the weights that all begin with. The order of its batches
        # stays its own.
        self.net.fit(given.xy, given.labels)
        for i, (weights, biases) in enumerate(given.layers(name, seed, learner)):
            self.net.coefs_[i], self.net.intercepts_[i] = weights, biases

    def train(self, epochs, give=False):
        self.net.max_iter = epochs
        _, answer = timed(lambda: self.net.fit(self.given.xy, self.given.labels))
        if give:
            answer["result"] = inside(self.net, self.given.xy).tolist()
        return answer

    def points(self, file):
        rows = np.fromfile(file, dtype="<f4").reshape(-1, 3)
        self.xy, self.labels = rows[:, :2].copy(), rows[:, 2].astype(np.uint8)

    def build(self, k):
        from sklearn.neighbors import KNeighborsClassifier

        self.neighbours = KNeighborsClassifier(n_neighbors=k, n_jobs=1)
        return timed(lambda: self.neighbours.fit(self.xy, self.labels))[1]

    def votes(self, side, k, give=False):
        self.neighbours.n_neighbors = k
        shares, answer = timed(lambda: inside(self.neighbours, pixels(side)))
        if give:
            answer["result"] = np.rint(shares * k).astype(int).tolist()
        return answer

    def tree_build(self):
        from scipy.spatial import cKDTree

        self.tree, answer = timed(lambda: cKDTree(self.xy))
        return answer

    def tree_votes(self, side, k, give=False):
        def work():
            _, found = self.tree.query(pixels(side), k=k, workers=1)
            return self.labels[found.reshape(-1, k)].sum(axis=1)

        votes, answer = timed(work)
        if give:
            answer["result"] = votes.tolist()
        return answer


def pixels(side):
    """Centres of the pixels of a square picture of the plane, as the core computes them."""
    steps = 2.4 * (np.arange(side) + 0.5) / side
    x, y = np.meshgrid(-1.2 + steps, 1.2 - steps)
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def main():
    warnings.simplefilter("ignore")  # that one epoch did not converge is known
    contestant = {"torch": Torch, "sklearn": Sklearn}[sys.argv[1]]()
    print(json.dumps({"result": contestant.version}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        verb = command.pop("verb").replace(".", "_")
        print(json.dumps(getattr(contestant, verb)(**command) or {}), flush=True)


main()
