"""A reader and a writer of the bytes of states, made from docs/tally-format.md alone.

States are plain values: see Tally, Ledger and Watch. `read` gives back the state, or raises Refused
with a code ("invalid_bytes", "incompatible") and the offset of the field at fault.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass, field
from fractions import Fraction

MAGIC = b"XQST"
VERSION = 0
TALLY, LEDGER, WATCH = 1, 2, 3
WEIGHTED = 1
FRAME = 56  # bytes before the unit kind
MOST_COLUMNS = 65_535
MOST_TOTAL = 2**63 - 1


class Refused(Exception):
    def __init__(self, offset, message, code="invalid_bytes"):
        super().__init__(f"byte {offset}: {message}")
        self.offset = offset
        self.code = code


@dataclass(frozen=True)
class Identity:
    """What states must share: tally fingerprint (16 bytes), unit kind, weighted."""

    definition: bytes
    unit_kind: str = "respondent"
    weighted: bool = False


@dataclass
class Tally:
    identity: Identity
    labels: list  # of one group, if joint
    groups: list
    units: int = 0
    columns: list = field(default_factory=list)  # [units, answers, three exclusions] each
    group_units: list = field(default_factory=list)
    sums: list = field(default_factory=list)
    moments: list = field(default_factory=list)  # upper triangle, row by row
    quotients: list = field(default_factory=lambda: [0, 0, 0])  # units, sum, squares


@dataclass
class Ledger:
    """totals[unit][column] = (requirement, satisfaction, answers, exclusion, exclusion, exclusion)"""

    identity: Identity
    totals: dict


@dataclass
class Watch:
    """entries[(satisfaction, requirement)] = units"""

    identity: Identity
    most_answers: int
    points: tuple  # least and largest satisfaction, least and largest requirement
    entries: dict


def ordered(texts):
    return sorted(texts, key=str.encode)


def labels_hash(labels, groups=()):
    hashed = b"".join(u32(len(part)) + b"".join(map(text, part)) for part in (labels, groups))
    return hashlib.sha256(hashed).digest()[:16]


# --- Writing


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value)


def i128(value):
    return value.to_bytes(16, "little", signed=True)


def i192(value):
    return value.to_bytes(24, "little", signed=True)


def text(value):
    encoded = value.encode()
    return u32(len(encoded)) + encoded


def seal(unsealed):
    """Fills in length and checksum of bytes whose checksum is still missing."""
    sized = unsealed[:16] + u64(len(unsealed) + 4) + unsealed[24:]
    return sized + u32(zlib.crc32(sized))


def framed(family, identity, labels, groups, body):
    columns = len(labels) * max(1, len(groups))
    flags = WEIGHTED if identity.weighted else 0
    frame = struct.pack("<4sHHIIQ", MAGIC, VERSION, family, columns, flags, 0)
    return seal(frame + identity.definition + labels_hash(labels, groups)
                + text(identity.unit_kind) + body)


def write_tally(state):
    counts = [count for column in state.columns for count in column] + state.group_units
    body = u32(len(state.groups)) + u64(state.units) + b"".join(map(u64, counts))
    body += b"".join(map(i128, state.sums + state.moments))
    units, total, squares = state.quotients
    body += u64(units) + i128(total) + i192(squares)
    return framed(TALLY, state.identity, state.labels, state.groups, body)


def write_ledger(state):
    labels = ordered({label for unit in state.totals.values() for label in unit})
    body = b"".join(map(text, labels)) + u64(len(state.totals))
    for unit in ordered(state.totals):
        entries = state.totals[unit]
        body += text(unit) + u32(len(entries))
        for label in ordered(entries):
            body += u32(labels.index(label)) + struct.pack("<QQIIII", *entries[label])
    return framed(LEDGER, state.identity, labels, [], body)


def write_watch(state):
    body = u32(state.most_answers) + b"".join(map(u64, state.points)) + u64(len(state.entries))
    for (satisfaction, requirement), units in sorted(state.entries.items()):
        body += u64(satisfaction) + u64(requirement) + u64(units)
    return framed(WATCH, state.identity, [], [], body)


def write(state):
    return {Tally: write_tally, Ledger: write_ledger, Watch: write_watch}[type(state)](state)


# --- States from rows: (unit, group, column, six totals)


def added(a, b):
    return tuple(x + y for x, y in zip(a, b))


def ledger_of(identity, rows):
    totals = {}
    for unit, _, column, values in rows:
        if not any(values):
            continue
        columns = totals.setdefault(unit, {})
        columns[column] = added(columns.get(column, (0,) * 6), values)
    return Ledger(identity, totals)


def quotient(satisfaction, requirement):
    return round(Fraction(satisfaction * 2**40, requirement))  # halves to even


def tally_of(identity, labels, groups, rows):
    count = len(labels) * max(1, len(groups))
    state = Tally(identity, labels, groups, 0, [[0] * 5 for _ in range(count)],
                  [0] * len(groups), [0] * (2 * count), [0] * (count * (2 * count + 1)))
    units = {}
    for unit, group, label, values in rows:
        column = labels.index(label) + (groups.index(group) * len(labels) if groups else 0)
        columns = units.setdefault(unit, {})
        columns[column] = added(columns.get(column, (0,) * 6), values)
    for columns in units.values():
        add_unit(state, columns)
    return state


def add_unit(state, columns):
    x = [0] * len(state.sums)
    for column, (requirement, satisfaction, answers, *excluded) in columns.items():
        x[2 * column], x[2 * column + 1] = requirement, satisfaction
        counts = [min(1, answers), answers] + excluded
        state.columns[column] = [a + b for a, b in zip(state.columns[column], counts)]
    answering = {column for column, values in columns.items() if values[2]}
    state.units += bool(answering)
    for group in {column // len(state.labels) for column in answering} if state.groups else ():
        state.group_units[group] += 1
    state.sums = [a + b for a, b in zip(state.sums, x)]
    products = [a * b for i, a in enumerate(x) for b in x[i:]]
    state.moments = [a + b for a, b in zip(state.moments, products)]
    if sum(x[::2]) and not state.identity.weighted:
        q = quotient(sum(x[1::2]), sum(x[::2]))
        state.quotients = [a + b for a, b in zip(state.quotients, (1, q, q * q))]


def watch_of(identity, most_answers, points, rows):
    entries = {}
    for columns in ledger_of(identity, rows).totals.values():
        requirement, satisfaction, answers = map(sum, list(zip(*columns.values()))[:3])
        if answers:
            key = (satisfaction, requirement)
            entries[key] = entries.get(key, 0) + 1
    return Watch(identity, most_answers, points, entries)


def doubled(state, times):
    """2^times copies of the units of a tally or a watch state."""
    k = 2**times
    if isinstance(state, Watch):
        entries = {key: k * units for key, units in state.entries.items()}
        return Watch(state.identity, state.most_answers, state.points, entries)
    scaled = {name: [k * value for value in getattr(state, name)]
              for name in ("group_units", "sums", "moments", "quotients")}
    columns = [[k * value for value in column] for column in state.columns]
    return Tally(state.identity, state.labels, state.groups, k * state.units, columns, **scaled)


# --- Reading


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0
        self.end = len(data) - 4

    def take(self, size):
        if size > self.end - self.at:
            raise Refused(self.at, f"{size} bytes needed, {self.end - self.at} left")
        self.at += size
        return self.data[self.at - size:self.at]

    def integer(self, size, signed=False):
        return int.from_bytes(self.take(size), "little", signed=signed)

    def total(self):
        at = self.at
        value = self.integer(8)
        require(value <= MOST_TOTAL, at, f"total {value} is above 2^63 - 1")
        return value

    def text(self):
        at = self.at
        try:
            raw = self.take(self.integer(4))
        except Refused as refusal:
            raise Refused(at, "the text is longer than what is left") from refusal
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise Refused(at, "text is not UTF-8") from error


def require(holds, offset, message, code="invalid_bytes"):
    if not holds:
        raise Refused(offset, message, code)


def read_frame(data, family, definition, weighted):
    require(len(data) >= 64, 0, "shorter than any state")
    require(data[:4] == MAGIC, 0, "no state of xqs")
    version, of, columns, flags, length = struct.unpack_from("<HHIIQ", data, 4)
    require(version == VERSION, 4, f"version {version}")
    require(of == family, 6, f"family {of}, not {family}")
    require(flags & ~WEIGHTED == 0, 12, f"flags {flags}")
    require(length == len(data), 16, f"length {length} of {len(data)} bytes")
    require(data[-4:] == u32(zlib.crc32(data[:-4])), length - 4, "checksum")
    require(data[24:40] == definition, 24, "another definition", "incompatible")
    require(flags == weighted, 12, "weighted, or not, unlike the definition")
    require(not (weighted and family == WATCH), 12, "a watch state without weights")
    return columns, data[40:56]


def read_tally(data, definition, weighted, labels, groups=()):
    found, hashed = read_frame(data, TALLY, definition, weighted)
    columns = len(labels) * max(1, len(groups))
    require(found == columns <= MOST_COLUMNS, 8, f"{found} columns", "incompatible")
    require(hashed == labels_hash(labels, groups), 40, "other labels", "incompatible")
    r = Reader(data)
    r.at = FRAME
    kind = r.text()
    at = r.at
    size = 12 + 40 * columns + 8 * len(groups) + 32 * columns + 16 * columns * (2 * columns + 1) + 48
    require(r.end - at == size, at, f"{r.end - at} bytes, not {size}")
    require(r.integer(4) == len(groups), at, "other groups")
    state = Tally(Identity(definition, kind, weighted), list(labels), list(groups), r.integer(8))
    state.columns = [[r.integer(8) for _ in range(5)] for _ in range(columns)]
    state.group_units = [r.integer(8) for _ in groups]
    state.sums = [r.integer(16, True) for _ in range(2 * columns)]
    state.moments = [r.integer(16, True) for _ in range(columns * (2 * columns + 1))]
    state.quotients = [r.integer(8), r.integer(16, True), r.integer(24, True)]
    check_tally(state, at + 4)
    return state


def check_tally(state, at):
    columns, groups, n = len(state.columns), len(state.group_units), state.units
    at_group = at + 8 + 40 * columns
    at_sum = at_group + 8 * groups
    at_moment = at_sum + 32 * columns
    at_quotients = at_moment + 16 * len(state.moments)

    def group_of(c):
        return c * groups // columns

    for g, units in enumerate(state.group_units):
        require(units <= n, at_group + 8 * g, "more units than the tally has")
    for c, (units, answers, *_) in enumerate(state.columns):
        of = state.group_units[group_of(c)] if groups else n
        require(units <= of, at + 8 + 40 * c, "more units than the group has")
        require(units <= answers and (units or not answers), at + 16 + 40 * c, "answers")
    in_columns = [column[0] for column in state.columns]
    require(n <= sum(in_columns), at, "units without answers")
    require(not groups or n <= sum(state.group_units), at, "units of no group")
    for g, units in enumerate(state.group_units):
        of = sum(u for c, u in enumerate(in_columns) if group_of(c) == g)
        require(units <= of, at_group + 8 * g, "units without answers")
    check_moments(state, in_columns, at_sum, at_moment)
    check_quotients(state, at_quotients)


def check_moments(state, units, at_sum, at_moment):
    size = len(state.sums)
    pairs = [(i, j) for i in range(size) for j in range(i, size)]
    moment = dict(zip(pairs, state.moments))
    place = {pair: at_moment + 16 * k for k, pair in enumerate(pairs)}
    for i, s in enumerate(state.sums):
        m = moment[i, i]
        require(s >= 0, at_sum + 16 * i, "negative")
        require(s <= m <= s * s, place[i, i], "no moment of such a sum")
        require(s * s <= units[i // 2] * m, at_sum + 16 * i, "no sum of so few units")
    for i, j in pairs:
        m = moment[i, j]
        require(m >= 0 and m * m <= moment[i, i] * moment[j, j], place[i, j], "Cauchy-Schwarz")


def check_quotients(state, at):
    units, total, squares = state.quotients
    if state.identity.weighted:
        require(units == 0, at, "quotients of a weighted tally")
    else:
        require(units <= state.units and (units == 0) == (not any(state.sums[::2])), at,
                "quotient units")
    require(total >= 0, at + 8, "negative")
    require(total <= squares <= total * total, at + 24, "no squares of such quotients")
    require(total * total <= units * squares, at + 8, "no sum of so few quotients")


def ascending(before, value, at):
    require(before is None or before < value, at, "not strictly ascending")


def read_ledger(data, definition, weighted):
    columns, hashed = read_frame(data, LEDGER, definition, weighted)
    r = Reader(data)
    r.at = FRAME
    state = Ledger(Identity(definition, r.text(), weighted), {})
    labels = []
    for _ in range(columns):
        at = r.at
        label = r.text()
        ascending(labels[-1].encode() if labels else None, label.encode(), at)
        labels.append(label)
    require(hashed == labels_hash(labels), 40, "not the hash of these labels")
    before = None
    for _ in range(r.integer(8)):
        at = r.at
        name = r.text()
        ascending(before, name.encode(), at)
        before = name.encode()
        state.totals[name] = read_entries(r, labels)
    used = {label for unit in state.totals.values() for label in unit}
    require(len(used) == columns, 8, "a column without an entry")
    require(r.at == r.end, r.at, "bytes left over")
    return state


def read_entries(r, labels):
    at = r.at
    count = r.integer(4)
    require(count >= 1, at, "a unit without entries")
    entries = {}
    before = None
    for _ in range(count):
        at = r.at
        column = r.integer(4)
        require(column < len(labels), at, "no such column")
        ascending(before, column, at)
        before = column
        values = (r.total(), r.total(), *(r.integer(4) for _ in range(4)))
        require(any(values), at, "an entry of nothing")
        require(values[2] or not any(values[:2]), at + 4, "points without answers")
        entries[labels[column]] = values
    return entries


def read_watch(data, definition, weighted, points):
    columns, hashed = read_frame(data, WATCH, definition, weighted)
    require(columns == 0, 8, "columns")
    require(hashed == labels_hash([]), 40, "labels")
    r = Reader(data)
    r.at = FRAME
    identity = Identity(definition, r.text(), weighted)
    at = r.at
    most = r.integer(4)
    require(most >= 1, at, "no answers")
    at = r.at
    found = tuple(r.total() for _ in range(4))
    require(found[0] < found[1], at + 8, "satisfaction cannot vary")
    require(max(1, found[2]) <= found[3], at + 24, "requirement")
    require(found == tuple(points), at, "points of another definition", "incompatible")
    state = Watch(identity, most, found, {})
    before = None
    units = 0
    for _ in range(r.integer(8)):
        at = r.at
        key = (r.total(), r.total())
        ascending(before, key, at)
        before = key
        require(possible(key, found, most), at, "no answers give these totals")
        state.entries[key] = r.integer(8)
        units += state.entries[key]
        require(state.entries[key] >= 1 and units < 2**64, at + 16, "units")
    require(r.at == r.end, r.at, "bytes left over")
    return state


def possible(key, points, most):
    """Whether some number of answers gives these totals."""
    least, largest = 1, most
    for total, low, high in zip(key, points[::2], points[1::2]):
        least = max(least, -(-total // high))
        largest = min(largest, total // low if low else most)
    return least <= largest


def read(data, family, definition, weighted, labels=(), groups=(), points=()):
    if family == TALLY:
        return read_tally(data, definition, weighted, labels, groups)
    if family == LEDGER:
        return read_ledger(data, definition, weighted)
    return read_watch(data, definition, weighted, points)
