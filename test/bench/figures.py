# SPDX-License-Identifier: Apache-2.0
"""What the benchmark has counted, as records: from the lines an image prints to tables and differences. Pure.

A record is one operation on one machine, as it stands in build/bench/bench.json: name, machine, harts (that take part) and, for
`native` and `guest` each, <side>_min, <side>_median, <side>_max, or <side>_absent, which says why there are none.
"""

import re

LINE = re.compile(r'^bench: name="(?P<name>[^"]+)" harts=(?P<harts>\d+) '
                  r'(?:absent="(?P<absent>[^"]+)"|min=(?P<min>\d+) median=(?P<median>\d+) max=(?P<max>\d+) samples=\d+)$')
SIDES = ("native", "guest")
COUNTS = ("min", "median", "max")


def parse(lines):
    """What an image has printed, by operation in its order: {name: match}. An operation told twice is an error."""
    found = {}
    for match in filter(None, map(LINE.match, lines)):
        if match["name"] in found:
            raise ValueError(f"two lines of {match['name']}")
        found[match["name"]] = match
    return found


def records(machine, sides):
    """The records of a machine, from the lines of each side: {side: lines}."""
    told = {side: parse(lines) for side, lines in sides.items()}
    names = [set(matches) for matches in told.values()]
    missing = set.union(*names) - set.intersection(*names)
    if missing or not names[0]:
        raise ValueError(f"{machine}: not told by each side: {', '.join(sorted(missing)) or 'anything'}")
    return [record(machine, name, {side: matches[name] for side, matches in told.items()}) for name in next(iter(told.values()))]


def record(machine, name, matches):
    made = {"name": name, "machine": machine}
    for side, match in matches.items():
        made["harts"] = int(match["harts"])
        if match["absent"]:
            made[f"{side}_absent"] = match["absent"]
        else:
            made.update({f"{side}_{count}": int(match[count]) for count in COUNTS})
    return made


def ratio(entry):
    """Guest to native by their least, None where one is absent."""
    if "native_min" not in entry or "guest_min" not in entry:
        return None
    return entry["guest_min"] / max(1, entry["native_min"])


# Counts of one hart that are not the same in each run.
VARYING = {
    "restart of a guest": "the board's tree holds another random seed each time, and is read in between",
    "timer, WFI until its handler": "in ticks, and when a tick begins depends on all that was before",
}


def is_kept(entry):
    return entry["harts"] == 1 and entry["name"] not in VARYING and "guest_min" in entry


def kept(entries):
    """What the golden file holds of them; not operations of two harts, which QEMU's turns are in."""
    keys = ["name", "machine"] + [f"{side}_{count}" for side in SIDES for count in COUNTS[:2]]
    return [{key: entry[key] for key in keys if key in entry} for entry in entries if is_kept(entry)]


# ---- tables ----

WIDTH = 52


def cell(entry, key):
    return f"{entry[key]:,}" if key in entry else "-"


def table(entries):
    """Lines of one machine's table."""
    yield f"  {'':{WIDTH}} {'bare OpenSBI':^32} {'under Bulkhead':^32}"
    yield f"  {'operation':{WIDTH}}" + " ".join(f"{count:>10}" for count in COUNTS * 2) + f" {'ratio':>9}"
    for entry in entries:
        why = entry.get("guest_absent", entry.get("native_absent"))
        if "native_min" not in entry and "guest_min" not in entry:
            yield f"  {entry['name']:{WIDTH}} {why}"
            continue
        counts = " ".join(f"{cell(entry, f'{side}_{count}'):>10}" for side in SIDES for count in COUNTS)
        yield f"  {entry['name']:{WIDTH}}{counts}" + ("" if ratio(entry) is None else f" {ratio(entry):>9.2f}")


def overview(entries, machines):
    """Lines of one table of all machines: the least on bare OpenSBI and under Bulkhead."""
    by = {(entry["name"], entry["machine"]): entry for entry in entries}
    yield f"  {'':{WIDTH}}" + "".join(f"{machine:^22}" for machine in machines)
    yield f"  {'operation':{WIDTH}}" + f"{'bare':>10} {'guest':>10} " * len(machines)
    for name in dict.fromkeys(entry["name"] for entry in entries):
        pairs = (by.get((name, machine), {}) for machine in machines)
        yield (f"  {name:{WIDTH}}" + "".join(f"{cell(pair, 'native_min'):>10} {cell(pair, 'guest_min'):>10} "
                                             for pair in pairs)).rstrip()


# ---- differences ----

def by_place(entries):
    return {(entry["machine"], entry["name"]): entry for entry in entries}


def pairs(before, now):
    """(machine, name), and the record of it on each side, {} where there is none; in the order of now, what is gone last."""
    old, new = by_place(before), by_place(now)
    for place in list(new) + [place for place in old if place not in new]:
        yield place, old.get(place, {}), new.get(place, {})


def change(old, new):
    """Text of two counts, None being none, and what the second is more."""
    told = ["none" if value is None else f"{value:,}" for value in (old, new)]
    more = "=" if old == new else "" if None in (old, new) else f"{new - old:+,}"
    return f"{told[0]:>12} {told[1]:>12} {more:>10}"


def differences(before, now):
    """Lines about what differs, each with the machines where it does; the medians only where they have not changed as the least did."""
    machines = {}
    for (machine, name), old, new in pairs(before, now):
        for side in SIDES:
            told = [change(old.get(f"{side}_{count}"), new.get(f"{side}_{count}")) for count in COUNTS[:2]]
            for count, text in zip(COUNTS, told if told[0] != told[1] else told[:1]):
                if not text.endswith(" ="):
                    machines.setdefault(f"  {name:{WIDTH}} {side:6} {count:6} {text:36}", []).append(machine)
    return [f"{text}  {' '.join(where)}" for text, where in machines.items()]


def comparison(before, now):
    """Lines about the guest's least counts of two revisions, on one machine."""
    for (_, name), old, new in pairs(before, now):
        if "guest_min" in old or "guest_min" in new:
            yield f"  {name:{WIDTH}} {change(old.get('guest_min'), new.get('guest_min'))}"
