"""One device of a kind on a bench of its own, for whoever has no hall.

Pure. The least is read off the types of the options: one part of each list, at address 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from msgspec import inspect

from device_drivers.errors import DeviceError
from device_drivers.options import Table, read_options
from device_drivers.registry import KINDS
from device_drivers.simulation.model import Baud
from device_drivers.simulators.bench_file import BadBench, BenchSpec, parse_bench

# What serial hardware is delivered with.
USUAL_BAUD = 9600


def alone(kind_name: str, options: Mapping[str, object] | None = None, baud: int | None = None) -> BenchSpec:
    """A bench with one device, whose id is the name of its kind. `options` are the keys of its table in a configuration
    and come over the least ones; `baud` is the pace of its wire, 0 for none, by default that of serial hardware. Raises
    BadBench, which says what there is."""
    kind = KINDS.get(kind_name)
    simulated = ", ".join(sorted(name for name, kind in KINDS.items() if kind.simulate is not None))
    if kind is None:
        raise BadBench(f"no kind {kind_name!r}; there are {simulated}")
    if kind.simulate is None:
        raise BadBench(f"{kind_name} has no wire at which something could stand in for it; there are {simulated}")
    try:
        said = {**least(kind.options), **kind.simulate.alone, **(options or {})}
        stand_in = kind.simulate.stand_in(read_options(kind.options, said, kind_name), lambda part: part)
    except DeviceError as error:
        raise BadBench(str(error)) from error
    if baud is None:
        baud = USUAL_BAUD if paced(kind_name) else 0
    if baud not in (0, *get_args(Baud)):
        raise BadBench(f"--baud: {baud} is no rate; there are {', '.join(map(str, get_args(Baud)))}, and 0 for none")
    entry = {"id": kind_name, "kind": kind_name, **stand_in}
    title = f"{kind.words.zh} {kind.words.en}"[:40]
    return parse_bench({"title": title, "pace_baud": baud or None, "devices": [entry]})


def paced(kind_name: str) -> bool:
    """Whether its wire is what keeps its bytes waiting."""
    return "serial" in KINDS[kind_name].lines


def least(options: type[Table]) -> dict[str, object]:
    """The keys that a table cannot do without, each with the plainest value that its type allows."""
    found = _plainest(inspect.type_info(options), "")
    assert isinstance(found, dict)
    return found


def _plainest(kind: inspect.Type, name: str) -> object:
    if isinstance(kind, inspect.Metadata):
        return _plainest(kind.type, name)
    if isinstance(kind, inspect.StructType):
        needed = [field for field in kind.fields if field.required]
        return {at.encode_name: _plainest(at.type, name if at.encode_name == "id" else at.encode_name) for at in needed}
    if isinstance(kind, inspect.VarTupleType):
        return [_plainest(kind.item_type, name.removesuffix("s"))] * (kind.min_length or 0)
    if isinstance(kind, inspect.DictType):
        return {"01": _plainest(kind.value_type, name.removesuffix("s"))} if kind.min_length else {}
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, inspect.UnionType):
        return _plainest(kind.types[0], name)
    if isinstance(kind, inspect.IntType):
        return max(1, kind.ge or 0)
    if isinstance(kind, inspect.StrType):
        return f"{name}-1"
    raise AssertionError(f"{name}: a key of this type needs `alone` in its kind's simulation")
