#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Write a gzipped newc cpio archive from a list, without root and the same bytes every time.

usage: mkcpio.py OUTPUT ENTRY...

ENTRY is one of
    dir:PATH                    a directory, mode 0755
    file:PATH=SOURCE            a regular file, mode 0755, contents of SOURCE
    link:PATH=TARGET            a symbolic link
    char:PATH=MAJOR:MINOR       a character device, mode 0600
"""

import gzip
import stat
import sys


def header(ino, mode, size, name, rdev=(0, 0)):
    """One newc header (Linux, Documentation/driver-api/early-userspace/buffer-format.rst)."""
    fields = (ino, mode, 0, 0, 1, 0, size, 0, 0, rdev[0], rdev[1], len(name) + 1, 0)
    return b"070701" + b"".join(b"%08X" % field for field in fields)


def padded(data):
    """Data, filled up to the archive's alignment of four bytes."""
    return data + bytes(-len(data) % 4)


def member(ino, entry):
    """The archive bytes of one ENTRY."""
    kind, _, rest = entry.partition(":")
    path, _, value = rest.partition("=")
    data, rdev = b"", (0, 0)
    if kind == "dir":
        mode = stat.S_IFDIR | 0o755
    elif kind == "file":
        mode = stat.S_IFREG | 0o755
        with open(value, "rb") as source:
            data = source.read()
    elif kind == "link":
        mode, data = stat.S_IFLNK | 0o777, value.encode()
    elif kind == "char":
        mode = stat.S_IFCHR | 0o600
        rdev = tuple(int(number) for number in value.split(":"))
    else:
        sys.exit(f"mkcpio.py: '{entry}': the kind must be dir, file, link or char")
    name = path.strip("/").encode()
    return padded(header(ino, mode, len(data), name, rdev) + name + b"\0") + padded(data)


def main(output, entries):
    """Write the archive with its trailer."""
    archive = b"".join(member(number + 1, entry) for number, entry in enumerate(entries))
    trailer = b"TRAILER!!!"
    archive += padded(header(0, 0, 0, trailer) + trailer + b"\0")
    archive += bytes(-len(archive) % 512)
    with open(output, "wb") as target:
        with gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) as packed:
            packed.write(archive)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
