# SPDX-License-Identifier: Apache-2.0
"""One test per row of the rows_*.py files."""

import importlib
import os

import pytest

import harness

FOLDER = os.path.dirname(os.path.abspath(__file__))


def all_rows():
    for name in sorted(os.listdir(FOLDER)):
        if name.startswith("rows_") and name.endswith(".py"):
            yield from importlib.import_module(name[:-3]).ROWS


def parameters():
    names = set()
    for row in all_rows():
        assert row.name not in names, f"two rows are called {row.name}"
        names.add(row.name)
        yield pytest.param(row, id=row.name, marks=[getattr(pytest.mark, mark) for mark in row.marks])


@pytest.mark.parametrize("row", parameters())
def test_row(row, result):
    failure = None
    try:
        result(row)
    except harness.RowSkipped as reason:
        pytest.skip(str(reason))
    except harness.RowError as error:
        failure = str(error)
    if failure:
        pytest.fail(failure, pytrace=False)
