# SPDX-License-Identifier: Apache-2.0
"""Lets two rows run at a time, and counts. `BULKHEAD_JOBS=1` runs them one by one."""

import concurrent.futures
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402 (it is found by the line above)

MARKS = {"boot": "the one boot of `make check`", "linux": "boots Linux", "soak": "only with BULKHEAD_SOAK=1"}


class Runs:
    """Rows that were selected start in the background, in their order; each test waits for its own."""

    def __init__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(int(os.environ.get("BULKHEAD_JOBS", "2")))
        self.futures = {}

    def start(self, row):
        self.futures[row.name] = self.pool.submit(harness.run_row, row)

    def result(self, row):
        return self.futures[row.name].result()


runs = Runs()


def pytest_configure(config):
    for mark, text in MARKS.items():
        config.addinivalue_line("markers", f"{mark}: {text}")


def pytest_collection_modifyitems(items):
    if not harness.SOAK:
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="make soak"))


def pytest_collection_finish(session):
    if session.config.option.collectonly:
        return
    for item in session.items:
        row = item.callspec.params.get("row") if hasattr(item, "callspec") else None
        if row and not item.get_closest_marker("skip"):
            runs.start(row)


@pytest.fixture
def result():
    return runs.result


def pytest_sessionfinish(session):
    runs.pool.shutdown(wait=True, cancel_futures=True)


def pytest_terminal_summary(terminalreporter):
    """Who judged, and, for the one who sums up, how many passed and failed."""
    terminalreporter.write_line(f"judged by {harness.qemu_version()} ({harness.QEMU})")
    passed = len(terminalreporter.stats.get("passed", []))
    failed = sum(len(terminalreporter.stats.get(word, [])) for word in ("failed", "error"))
    os.makedirs(harness.SCRATCH, exist_ok=True)
    with open(os.path.join(harness.SCRATCH, "system.count"), "w", encoding="utf-8") as file:
        file.write(f"{passed} {failed}\n")
