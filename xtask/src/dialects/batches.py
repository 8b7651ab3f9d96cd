"""Batches for every loss that a library has: random ones, and those on the edge of the definition.

Reads what `loss-explorer list --json` writes; writes lines for `loss-explorer script --cases`.
Arguments: the package of the library, how many random batches a dialect gets, and how many on the edge.
"""

import json
import math
import random
import sys

package, many_random, many_edge = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

HUGE = [1e2, 1e4, 1e8, 1e150]
TINY = [1e-4, 1e-8, 1e-150]


def param(draw, spec, argument):
    """A value that the library can follow: often the default, sometimes an end of the slider."""
    if argument["only"] is not None:
        return argument["only"]
    if spec["scale"] in ("numbers", "names"):
        return draw.choice(spec["options"])["value"]
    low, high = spec["range"]
    kind = draw.random()
    if kind < 0.4:
        return spec["default"]
    if kind < 0.5:
        return draw.choice((low, high))
    if spec["scale"] == "integer":
        return draw.randint(int(low), int(high))
    if spec["scale"] == "log":
        return math.exp(draw.uniform(math.log(low), math.log(high)))
    return draw.uniform(low, high)


def groups(draw, count):
    """Labels: mixed, or class by class with as many members as classes."""
    side = math.isqrt(count)
    if side * side == count and draw.random() < 0.5:
        return [i // side for i in range(count)]
    return [draw.randrange(max(1, count // 2)) for _ in range(count)]


def rows(draw, count, width, edge, bounded):
    """Entries by rows; cosines are bounded by 1."""
    size = 1.0 if bounded else draw.choice((0.3, 1.0, 3.0))
    entry = (lambda: draw.uniform(-1, 1)) if bounded else (lambda: draw.gauss(0, size))
    drawn = [[entry() for _ in range(width)] for _ in range(count)]
    if edge == "equal":
        drawn = [drawn[0]] * count
    elif edge == "opposite":
        drawn = [[x * (-1) ** i for x in drawn[0]] for i in range(count)]
    elif edge == "one direction":
        drawn = [[x / (i + 1) for x in drawn[0]] for i in range(count)]
    elif edge == "orthogonal":
        drawn = [[float(j == i % width) for j in range(width)] for i in range(count)]
    elif edge == "a zero":
        drawn[draw.randrange(count)] = [0.0] * width
    elif edge == "zero":
        drawn = [[0.0] * width for _ in range(count)]
    elif edge == "whole":
        drawn = [[float(draw.randint(-1, 1)) for _ in range(width)] for _ in range(count)]
    elif edge in ("huge", "tiny") and not bounded:
        factor = draw.choice(HUGE if edge == "huge" else TINY)
        drawn = [[x * factor for x in row] for row in drawn]
    return drawn


EDGES = [
    "equal",
    "opposite",
    "one direction",
    "orthogonal",
    "a zero",
    "zero",
    "whole",
    "huge",
    "tiny",
    "one class",
    "no pairs",
    "one sample",
    "two samples",
]


def batch(draw, loss, dialect, edge):
    """A line for one dialect of a loss."""
    specs = {spec["name"]: spec for spec in loss["params"]}
    own = [argument for argument in dialect["arguments"] if argument["ours"] in specs]
    params = {argument["ours"]: param(draw, specs[argument["ours"]], argument) for argument in own}
    count = {"one sample": 1, "two samples": 2}.get(edge) or draw.choice((4, 4, 6, 6, 9, 9, 30))
    count = max([count] + [least for given in loss["inputs"] for symbol, least in given["least"] if symbol == "N"])
    centres = int(params.get("sub_centers") or params.get("centers_per_class") or 1)
    classes = 1 if edge == "one class" else draw.choice((2, 3, 5))
    sizes = {"N": count, "D": draw.choice((2, 3, 8)), "C": classes, "C·K": classes * centres}
    given = {}
    for spec in loss["inputs"]:
        name, role, kind = spec["name"], spec["role"], spec["kind"]
        shape = [sizes[symbol] for symbol in spec["shape"]]
        if role == "group":
            drawn = groups(draw, count)
            given[name] = {"one class": [0] * count, "no pairs": list(range(count))}.get(edge, drawn)
        elif role == "class":
            most = 2 if kind == "binary" else classes
            given[name] = [0 if edge == "one class" else draw.randrange(most) for _ in range(count)]
        elif role == "count":
            given[name] = [draw.randint(1, 1000) for _ in range(shape[0])]
        elif len(shape) == 2:
            bounded = kind == {"variable": "cosine"}
            given[name] = rows(draw, *shape, edge, bounded)
        else:
            given[name] = [row[0] for row in rows(draw, shape[0], 1, edge, False)]
    return {"objective": loss["id"], "params": params, "input": given}


for loss in json.load(sys.stdin):
    for dialect in loss["dialects"]:
        if dialect["package"] != package:
            continue
        draw = random.Random(f"{loss['id']} {dialect['call']}")
        for _ in range(many_random):
            print(json.dumps(batch(draw, loss, dialect, None)))
        for i in range(many_edge):
            print(json.dumps(batch(draw, loss, dialect, EDGES[i % len(EDGES)])))
