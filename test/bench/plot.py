# SPDX-License-Identifier: Apache-2.0
"""One look for all pictures of what is measured, and the one place they are put: build/bench/<name>.svg."""

import os

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "bulkhead", "figure.constrained_layout.use": True, "font.size": 9,
                            "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3})

from matplotlib import pyplot  # noqa: E402 (it wants the backend first)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, os.environ.get("BULKHEAD_BUILD", "build"), "bench")

NATIVE, GUEST, FOCUS = "#9aa5b1", "#1f6feb", "#d1495b"  # colours: bare OpenSBI, under Bulkhead, what is to be noticed


def save(figure, name):
    """Writes the figure and says where. The same figure gives the same file."""
    os.makedirs(FOLDER, exist_ok=True)
    path = os.path.join(FOLDER, f"{name}.svg")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    print(f"  picture: {os.path.relpath(path, ROOT)}", flush=True)
    return path
