#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""links.py <gcc-nm> <folder> <object>...: what the linker joins goes down as the includes do (layers.py): no call or datum
of a folder above, no circle of files but for those listed here, and no two static functions or objects of one name.
"""

import os
import re
import subprocess
import sys

from layers import HYP, RANK, files, folder

# Circles of files that stay, each with its reason.
CIRCLES = {
    ("exit/exit.o", "exit/htinst_access.o", "exit/idle.o", "exit/world.o"):
        "a hart enters a guest from idle(), and leaves it for idle(), by the border between the worlds",
}
# The C library lies beneath all, whoever defines what of it.
LIBRARY = {"memchr", "memcmp", "memcpy", "memmove", "memset", "snprintf", "strchr", "strcmp", "strlen", "strncmp", "strnlen",
           "strrchr", "vsnprintf"}
STATIC = re.compile(r"^(?:RARE )?(?:_Noreturn |__attribute__\(\([^)]*\)\) )*static\b[^=;{]*?(\w+)\([^;]*?\)\s*[{;]", re.M)


# An object at file scope: of a named type, of a struct that is spelled out, a table of functions.
OBJECTS = (re.compile(r"^static (?!inline)[^;{=(]*?\b(\w+)(?:\[[^\]]*\])*(?: = |;)", re.M),
           re.compile(r"^static [^;()=]*\{\n(?:[ \t].*\n|\n)*?\} (\w+)(?:\[[^\]]*\])*(?: = |;)", re.M),
           re.compile(r"^static [^;={]*\(\*(?:const )?(\w+)\[", re.M))


def symbols(nm, root, objects):
    """object -> names it defines for others, object -> names it wants of others."""
    defined, wanted = {name: set() for name in objects}, {name: set() for name in objects}
    said = subprocess.run([nm, "-A", *(os.path.join(root, name) for name in objects)], capture_output=True, text=True, check=True).stdout
    for path, kind, symbol in re.findall(r"^([^:\n]+):(?:[0-9a-f]*| +) ([A-Za-z]) (\S+)$", said, re.M):
        name = os.path.relpath(path, root)
        if kind == "U":
            wanted[name].add(symbol)
        elif kind.isupper():
            defined[name].add(symbol)
    silent = [name for name in objects if not defined[name] and not wanted[name]]
    if silent:
        sys.exit(f"{nm} finds no symbol in {', '.join(silent)}: nothing can be said of what it calls")
    return defined, wanted


def edges(defined, wanted):
    """user -> {definer: a name}."""
    where = {symbol: name for name, set_ in defined.items() for symbol in set_ - LIBRARY}
    return {user: {where[symbol]: symbol for symbol in sorted(set_) if symbol in where and where[symbol] != user}
            for user, set_ in wanted.items()}


def circles(graph):
    """The strongly connected components of more than one file (Tarjan's algorithm)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(tuple(sorted(stack[at:])))
            del stack[at:]

    for node in graph:
        if node not in index:
            visit(node)
    return found


def statics():
    """static function or object -> the files that have one of that name; headers' are everybody's."""
    found = {}
    for name in files():
        if name.endswith(".c"):
            with open(os.path.join(HYP, name), encoding="utf-8") as file:
                text = file.read()
            for one in {found for pattern in (STATIC, *OBJECTS) for found in pattern.findall(text)}:
                found.setdefault(one, []).append(name)
    return found


def main():
    nm, root, *objects = sys.argv[1:]
    graph = edges(*symbols(nm, root, objects))
    wrong = [f"{user} names {symbol}, which {definer} defines, in a folder above: hand it down as a value, or move one of the two"
             for user in sorted(graph) for definer, symbol in sorted(graph[user].items())
             if RANK[folder(definer)] > RANK[folder(user)]]
    round_ = circles(graph)
    for circle in round_:
        if circle not in CIRCLES:
            inner = [f"{user} names {symbol} of {definer}" for user in circle for definer, symbol in sorted(graph[user].items())
                     if definer in circle]
            wrong.append("files call each other in a circle: " + "; ".join(inner))
    wrong += [f"ci/links.py: there is no circle of {', '.join(circle)} any more: it goes from the list"
              for circle in CIRCLES if circle not in round_]
    wrong += [f"hyp/{', hyp/'.join(names)}: each has a static {one}: in a trace nobody knows which is meant"
              for one, names in sorted(statics().items()) if len(names) > 1]
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
