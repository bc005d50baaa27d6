#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a package: a FIT of a partition tree and the files its guests name, each with its sha256.

Only files are this tool's business: what the partition tree means is checked by the hypervisor.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile

# Property of a guest that names a file -> FIT image type. The data is never interpreted here.
FILE_PROPERTIES = {
    "kernel": "kernel",
    "initrd": "ramdisk",
    "device-tree-fragment": "flat_dt",
}
PARTITIONS_IMAGE = "partitions"
COMPATIBLE = "bulkhead,partitions"
FDT_MAGIC = b"\xd0\x0d\xfe\xed"
# External data begins, and each image begins, on a page: the hypervisor maps the package as it is.
PAGE = 0x1000


class PackageError(Exception):
    """Something the user has to put right; the text says what."""


def run(what, *command):
    """Runs a tool of dtc's or U-Boot's family and returns its output."""
    try:
        result = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        raise PackageError(f"{command[0]} is not installed (make setup)") from None
    if result.returncode != 0:
        raise PackageError(f"{what}:\n{(result.stderr or result.stdout).rstrip()}")
    return result.stdout


def read_head(path, size=4):
    with open(path, "rb") as file:
        return file.read(size)


class PartitionTree:
    """The partition tree as a DTB in a scratch folder, read and written with fdtget and fdtput."""

    def __init__(self, source, scratch):
        self.source = source
        self.folder = os.path.dirname(os.path.abspath(source))
        self.path = os.path.join(scratch, "partitions.dtb")
        if not os.path.isfile(source):
            raise PackageError(f"{source}: there is no such partition source")
        is_blob = read_head(source) == FDT_MAGIC
        run(f"{source}: dtc does not accept it", "dtc", "-q", "-I", "dtb" if is_blob else "dts", "-O", "dtb",
            "-i", self.folder, "-d", self.path + ".d", "-o", self.path, source)
        compatible = self.get("/", "compatible")
        if compatible != COMPATIBLE:
            raise PackageError(f'{source}: /: compatible = "{compatible or ""}": '
                               f'a partition tree says "{COMPATIBLE}"')

    def inputs(self):
        """The source and what it includes, as dtc noted them: before 1.7 it left blanks in names as they are."""
        with open(self.path + ".d", encoding="utf-8") as file:
            words = file.read().removeprefix(self.path + ":").split()
        names, held = [self.source], []
        for word in words:
            held.append(word)
            name = re.sub(r"\\(.)", r"\1", " ".join(held))
            if os.path.exists(name):
                names.append(name)
                held = []
        return list(dict.fromkeys(names))

    def guests(self):
        result = subprocess.run(["fdtget", "-l", self.path, "/guests"], capture_output=True, text=True)
        if result.returncode != 0:
            raise PackageError(f"{self.source}: there is no node /guests")
        return [f"/guests/{name}" for name in result.stdout.split()]

    def properties(self, node):
        return run(self.source, "fdtget", "-p", self.path, node).split()

    def get(self, node, name):
        """The string value of a property, or None when there is no such property."""
        result = subprocess.run(["fdtget", "-t", "s", self.path, node, name], capture_output=True, text=True)
        return result.stdout.rstrip("\n") if result.returncode == 0 else None

    def put(self, node, name, *value):
        run(self.source, "fdtput", "-t", "s", self.path, node, name, *value)

    def pack(self):
        """Drops the slack that fdtput leaves behind."""
        packed = self.path + ".packed"
        run(self.source, "dtc", "-q", "-I", "dtb", "-O", "dtb", "-o", packed, self.path)
        os.replace(packed, self.path)


class Images:
    """The files that go in, each once, under a FIT image name of its own."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.by_file = {}       # real path of the file named -> image name
        self.rows = []          # (image name, FIT type, path of the data)
        self.inputs = []        # files the package depends on
        self.names = {PARTITIONS_IMAGE}

    def add(self, path, fit_type):
        real = os.path.realpath(path)
        if real not in self.by_file:
            name = self.unused_name(os.path.basename(path))
            self.by_file[real] = name
            self.inputs.append(path)
            self.rows.append((name, fit_type, self.data_of(real, name)))
        return self.by_file[real]

    def unused_name(self, file_name):
        stem = re.sub(r"[^A-Za-z0-9._+-]", "-", re.sub(r"\.dtso?$", ".dtbo", file_name))
        name, count = stem, 1
        while name in self.names:
            count += 1
            name = f"{stem}-{count}"
        self.names.add(name)
        return name

    def data_of(self, path, name):
        """A device-tree fragment in source form is compiled on the way."""
        if not path.endswith((".dts", ".dtso")):
            return path
        blob = os.path.join(self.scratch, name)
        run(f"{path}: dtc does not accept it", "dtc", "-q", "-@", "-I", "dts", "-O", "dtb",
            "-i", os.path.dirname(path), "-o", blob, path)
        return blob


def file_properties(tree):
    """Every (node, property, value) that names a file."""
    for node in tree.guests():
        for name in tree.properties(node):
            if name in FILE_PROPERTIES:
                yield node, name, tree.get(node, name)


def places_of(tree, value, images_folder):
    """Where a file named in the partition source may be: beside that source, then among the guest images."""
    if os.path.isabs(value):
        return [value]
    return [os.path.join(tree.folder, value), os.path.join(images_folder, value)]


def find_file(tree, node, name, value, images_folder):
    places = places_of(tree, value, images_folder)
    for place in places:
        if os.path.isfile(place):
            return place
    looked = "\n".join(f"  looked for {place}" for place in places)
    raise PackageError(f'{tree.source}: {node}: {name} = "{value}": there is no such file\n{looked}')


def collect(tree, images, images_folder):
    """Replaces every file name in the tree by the name of the FIT image that holds the file."""
    for node, name, value in file_properties(tree):
        if not value:
            raise PackageError(f'{tree.source}: {node}: {name} = "": a file name is needed')
        path = find_file(tree, node, name, value, images_folder)
        tree.put(node, name, images.add(path, FILE_PROPERTIES[name]))


def image_node(name, fit_type, path):
    # mkimage insists on an architecture, an OS and addresses for a kernel; the hypervisor reads none of them.
    extra = {"kernel": 'os = "linux"; load = <0 0>; entry = <0 0>;', "ramdisk": 'os = "linux";'}.get(fit_type, "")
    quoted = path.replace("\\", "\\\\").replace('"', '\\"')
    return f"""
        {name} {{
            description = "{name}";
            data = /incbin/("{quoted}");
            type = "{fit_type}";
            arch = "riscv";
            compression = "none";
            {extra}
            hash {{ algo = "sha256"; }};
        }};"""


def its_text(rows):
    nodes = "".join(image_node(*row) for row in rows)
    others = ", ".join(f'"{name}"' for name, _, _ in rows if name != PARTITIONS_IMAGE)
    loadables = f"loadables = {others};" if others else ""
    return f"""/dts-v1/;
/ {{
    description = "Bulkhead package";
    #address-cells = <2>;
    images {{{nodes}
    }};
    configurations {{
        default = "bulkhead";
        bulkhead {{
            description = "Bulkhead partitions and guest images";
            compatible = "{COMPATIBLE}";
            fdt = "{PARTITIONS_IMAGE}";
            {loadables}
        }};
    }};
}};
"""


def make_fit(rows, scratch, source):
    its, fit = os.path.join(scratch, "package.its"), os.path.join(scratch, "package.itb")
    with open(its, "w", encoding="utf-8") as file:
        file.write(its_text(rows))
    # The time in the FIT would make every package differ.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    run(f"{source}: mkimage failed", "mkimage", "-q", "-E", "-B", hex(PAGE), "-f", its, fit)
    return fit


def show(rows, out):
    width = max(len(name) for name, _, _ in rows)
    for name, _, path in rows:
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        print(f"        {name:{width}} {os.path.getsize(path):>10} bytes  sha256 {digest[:16]}")
    print(f"        {out}: {os.path.getsize(out)} bytes")


def make_word(name):
    """A file's name as make reads it in a rule; platform.mk defines equals."""
    return re.sub(r"([ #:*?[])", r"\\\1", name.replace("$", "$$")).replace("=", "$(equals)")


def write_depfile(path, out, inputs):
    names = [make_word(name) for name in inputs]
    # Rules for files that are gone by the next time; as a target's name, '%' would make a pattern.
    gone = [name.replace("%", "\\%") + ":\n" for name in names]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{out}: {' '.join(names)}\n" + "".join(gone))


def place(fit, out):
    """Puts the package where it belongs, whole or not at all."""
    folder = os.path.dirname(os.path.abspath(out))
    os.makedirs(folder, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=folder, prefix=".package-")
    try:
        with os.fdopen(handle, "wb") as target, open(fit, "rb") as data:
            while block := data.read(1 << 20):
                target.write(block)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(part, 0o666 & ~mask)
        os.replace(part, out)
    except BaseException:
        os.unlink(part)
        raise


def show_needs(arguments):
    """For make: the guest images that have to be built first. What is wrong in the source is for a later day."""
    with tempfile.TemporaryDirectory(prefix="package-") as scratch:
        tree = PartitionTree(arguments.source, scratch)
        for _, _, value in file_properties(tree):
            places = places_of(tree, value, arguments.images)
            if len(places) == 2 and not os.path.isfile(places[0]):
                print(os.path.normpath(places[1]))


def make_package(arguments):
    with tempfile.TemporaryDirectory(prefix="package-") as scratch:
        tree = PartitionTree(arguments.source, scratch)
        images = Images(scratch)
        collect(tree, images, arguments.images)
        if arguments.colour:
            tree.put("/", "console-colour")
        tree.pack()
        rows = [(PARTITIONS_IMAGE, "flat_dt", tree.path)] + images.rows
        fit = make_fit(rows, scratch, arguments.source)
        place(fit, arguments.out)
        show(rows, arguments.out)
        if arguments.depfile:
            write_depfile(arguments.depfile, arguments.out, tree.inputs() + images.inputs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="partition source, .dts or .dtb")
    parser.add_argument("out", nargs="?", help="package to write, .itb")
    parser.add_argument("--images", default="build/guest-images",
                        help="folder for files that are not beside the source")
    parser.add_argument("--colour", action="store_true", help="ask for coloured console output")
    parser.add_argument("--depfile", help="write what the package depends on, for make")
    parser.add_argument("--needs", action="store_true", help="only print which files of --images go in")
    arguments = parser.parse_args()
    if not arguments.needs and not arguments.out:
        parser.error("out is missing")
    try:
        show_needs(arguments) if arguments.needs else make_package(arguments)
    except PackageError as error:
        sys.exit(f"package.py: {error}")
    except OSError as error:
        sys.exit(f"package.py: {error.filename or ''}: {error.strerror}")


if __name__ == "__main__":
    main()
