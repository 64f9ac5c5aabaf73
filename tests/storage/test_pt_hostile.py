"""Files that chance or malice made: each is read or refused in one sentence, runs nothing and stays as small as it is."""

import io
import pickle
import pickletools
import random
import struct
import sys
import zipfile

import pytest

from backprop import load
from tests.figures import REFERENCE
from tests.memory import peak_memory
from tests.storage.test_pt import zipped

SEEDS = [path.read_bytes() for path in sorted((REFERENCE / "storage").glob("*.pt")) if "half" not in path.name]
REFUSED = (pickle.UnpicklingError, RuntimeError, EOFError)
LEGACY = [pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
NAMES = [
    *(
        "os system",
        "builtins eval",
        "__builtin__ set",
        "collections OrderedDict",
        "collections Counter",
        "_codecs encode",
    ),
    *("torch Size", "torch FloatStorage", "torch float32", "torch device", "torch.serialization _get_layout"),
    *("torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_parameter", "backprop.command_line main"),
    *("backprop.nn.linear Linear", "backprop.random Generator", "backprop.nn.parameters Buffer", "posix system"),
]


def refusal(data, **settings):
    """How a file is refused, or None if it is read."""
    try:
        load(data if hasattr(data, "read") else io.BytesIO(data), **settings)
    except REFUSED as error:
        message = str(error)
        assert (
            type(error) in REFUSED and message.startswith("the file: ") and "\n" not in message and len(message) < 300
        )
        return message[len("the file: ") :]
    return None


def of_pickle(body, storage=bytes(64)):
    return zipped(b"\x80\x02" + body, **{"data/0": storage})


def tensor(size, stride, offset=0, count=16, kind="Float", key="0"):
    """The pickle of a tensor that claims these."""
    number = [pickle.dumps(value, 2)[2:-1] for value in (count, offset, tuple(size), tuple(stride))]
    storage = b"(X\7\0\0\0storagectorch\n" + f"{kind}Storage\n".encode() + text(key) + text("cpu") + number[0] + b"tQ"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"".join(number[1:]) + b"\x89NtR"


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def integer(n):
    data = n.to_bytes(17, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


# ---------------------------------------------------------------- by chance


def damaged(data, rng):
    """A few bytes turned, cut out, doubled or put in."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5])):
        position, length = rng.randrange(len(data)), rng.choice([1, 1, 2, 8, 50])
        new = rng.choice([rng.randbytes(length), data[position : position + length] * 2, b"", b"\xff" * length])
        data[position : position + rng.choice([0, 1, length])] = new
    return bytes(data[: rng.choice([None, None, None, rng.randrange(len(data))])])


def bent(data, rng):
    """A zip that is one still, with a pickle in which opcodes are exchanged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        records = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    cuts = [position for _, _, position in pickletools.genops(records["data.pkl"])]
    parts = [records["data.pkl"][a:b] for a, b in zip(cuts, [*cuts[1:], None])]
    for _ in range(rng.choice([1, 1, 2, 5])):
        i, j = rng.randrange(len(parts)), rng.randrange(len(parts))
        parts[i] = rng.choice([piece(rng), parts[i] + piece(rng), b"", parts[j], parts[i] * 2])
    records["data.pkl"] = b"".join(parts)
    return zipped(records.pop("data.pkl"), **records).getvalue()


def piece(rng):
    """An opcode with an argument that suits it, or one that PyTorch does not write."""
    return rng.choice(
        [
            rng.choice([b"]", b"}", b")", b"(", b"N", b"\x88", b"K\1", b"h\0", b"h\1", text("storage"), text("0")]),
            rng.choice([b"t", b"\x85", b"\x86", b"\x87", b"R", b"b", b"\x81", b"Q", b"s", b"u", b"a", b"e", b"."]),
            b"c" + rng.choice(NAMES).replace(" ", "\n").encode() + b"\n",
            rng.choice([b"r", b"j", b"J", b"X"]) + rng.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0"]),
            rng.choice([opcode.code.encode("latin-1") for opcode in pickletools.opcodes]),
        ]
    )


def invented(rng):
    body = b"".join(piece(rng) for _ in range(rng.choice([2, 5, 20, 100]))) + b"."
    if rng.random() < 0.2:
        return b"".join([*LEGACY, body, pickle.dumps(["0"], 2), struct.pack("<q", 16), bytes(64)])
    return of_pickle(body).getvalue()


def bent_zip(data, rng):
    """Of the headers of the zip a few bytes are changed."""
    data = bytearray(data)
    headers = [at for at in range(len(data)) if data[at : at + 4] in (b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6")]
    for _ in range(rng.choice([1, 2, 5])):
        at = rng.choice(headers) + 4 + rng.randrange(40)
        data[at : at + rng.choice([1, 2, 4])] = rng.choice([b"\xff", b"\0", b"\x7f", b"\1"]) * rng.choice([1, 2, 4])
    return bytes(data)


CHANGES = {
    "damaged": damaged,
    "bent": bent,
    "invented": lambda data, rng: invented(rng),
    "bent zip": bent_zip,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_was_changed_is_read_or_refused(change):
    rng, read = random.Random(0), 0
    zips = [data for data in SEEDS if data.startswith(b"PK")]
    for i in range(100):
        data = CHANGES[change](rng.choice(SEEDS if change == "damaged" else zips), rng)
        read += refusal(data, weights_only=i % 2 == 0) is None
    assert 0 < read < 100


# ---------------------------------------------------------------- what would run something

ATTACKS = {
    "a name": b"cos\nsystem\n.",
    "a call": b"cos\nsystem\n" + text("touch x") + b"\x85R.",
    "INST": b"(" + text("touch x") + b"ios\nsystem\n.",
    "OBJ": b"(cos\nsystem\n" + text("touch x") + b"o.",
    "NEWOBJ": b"cos\nsystem\n" + text("touch x") + b"\x85\x81.",
    "NEWOBJ_EX": b"cos\nsystem\n)}\x92.",
    "STACK_GLOBAL": text("os") + text("system") + b"\x93.",
    "EXT1": b"\x82\1.",
    "EXT4": b"\x84\1\0\0\0.",
    "PERSID": b"Pos.system\n.",
    "getattr": b"c__builtin__\ngetattr\n.",
    "a method of a text": text("x") + b")R.",
    "BUILD of a class": b"ccollections\nOrderedDict\n}" + text("fromkeys") + b"Nsb.",
    "BUILD of a dict": b"}}" + text("keys") + b"Nsb.",
    "BUILD of a tensor": tensor((1,), (1,)) + b"}" + text("_matrix") + b"Nsb.",
    "BUILD that hides methods": b"ccollections\nOrderedDict\n)R}" + text("items") + b"Nsb.",
    "an item of a tensor": tensor((1,), (1,)) + b"K\0K\1s.",
    "APPEND to what is no list": b"c__builtin__\nset\n]\x85RK\1a.",
    "a codec": b"c_codecs\nencode\n" + text("x") + text("rot13") + b"\x86R.",
    "an importing module": b"cantigravity\nx\n.",
    "a submodule of ours": b"cbackprop.__main__\nmain\n.",
}


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_is_executed(name, weights_only):
    for data in (b"cnobody\nknows\n.", b"\x82\1."):  # what a refusal needs of the library is loaded then
        assert refusal(of_pickle(data), weights_only=weights_only)
        assert refusal(b"".join([*LEGACY, b"\x80\x02", data]), weights_only=weights_only)
    events = []
    watched.append(events)
    modules = set(sys.modules)
    try:
        assert refusal(of_pickle(ATTACKS[name]), weights_only=weights_only)
        assert refusal(b"".join([*LEGACY, b"\x80\x02", ATTACKS[name]]), weights_only=weights_only)
    finally:
        watched.remove(events)
    assert not events and {name for name in set(sys.modules) - modules if not name.startswith("backprop.")} == set()


watched = []


def record(event, arguments):
    if watched and event.startswith(("os.", "subprocess.", "exec", "socket.", "ctypes.", "shutil.", "code.")):
        watched[-1].append(event)


sys.addaudithook(record)


# ---------------------------------------------------------------- what would cost much

MANY = 20_000
COLLIDING = [k * (2**61 - 1) + 1 for k in range(1, 201)]  # their hash is 1 where ints have 64 bits
SET, COUNTER, ENCODE = b"c__builtin__\nset\nq\0", b"ccollections\nCounter\nq\0", b"c_codecs\nencode\nq\0"
NUMBERS = b"".join(b"M" + struct.pack("<H", i) for i in range(5000))
BOMBS = {
    "a table for the memo": (b"Nr\xff\xff\xff\xff.", None),
    "nested lists": (b"]" * MANY + b"a" * (MANY - 1) + b".", None),
    "nested tuples": (b")" + b"\x85" * MANY + b".", None),
    "a key of nested tuples": (b"})" + b"\x85" * MANY + b"Ns.", "a tuple as a key"),
    "tuples that double": (b"})" + b"q\0h\0\x86" * 60 + b"Ns.", "a tuple as a key"),
    "marks": (b"(" * MANY + b".", "takes what was not put there"),
    "one list in many sets": (
        SET + b"](" + NUMBERS + b"e\x85q\1" + b"h\0h\1R" * 1000 + b".",
        "many times as many values",
    ),
    "one dict in many Counters": (
        COUNTER + b"}(" + NUMBERS + b"u\x85q\1" + b"h\0h\1R" * 1000 + b".",
        "many times as many values",
    ),
    "one text in many bytes": (
        ENCODE + text("a" * MANY) + text("latin1") + b"\x86q\1" + b"h\0h\1R" * 1000 + b".",
        "many times as many values",
    ),
    "a tensor expanded": (tensor((10**9,), (0,)) + b".", "many times as many numbers"),
    "many tensors expanded": (
        b"(" + b"".join(tensor((10**4,), (0,), i) for i in range(16)) + b"t.",
        "many times as many numbers",
    ),
    "a tensor of very many": (tensor((10**18, 10**18, 10**18), (1, 1, 1)) + b".", "many times as many numbers"),
    "very many axes": (tensor((1,) * 1000, (1,) * 1000) + b".", "what it does not take"),
    "an offset": (tensor((2,), (1,), 2**62) + b".", "behind the end of its storage"),
    "backwards": (tensor((2,), (-1,), 1) + b".", "what it does not take"),
    "one more than there are": (tensor((17,), (1,)) + b".", "behind the end of its storage"),
    "a storage of very many": (tensor((2,), (1,), count=2**60) + b".", "the storage 0 has 64 bytes"),
    "no entries, of a size that is none": (tensor((0, 2**64), (1, 1)) + b".", "what it does not take"),
    "keys of one hash": (
        b"}(" + b"".join(integer(k) + b"N" for k in COLLIDING) + b"u.",
        "more than 100 keys of one hash",
    ),
    "tuples of one hash": (
        b"}(" + b"".join(integer(k) + b"K\1\x86N" for k in COLLIDING) + b"u.",
        "more than 100 keys of one hash",
    ),
    "a long tuple as a key": (b"(" + NUMBERS + b"tq\0}(" + b"h\0N" * 1000 + b"u.", "a tuple as a key"),
    "a long int": (b"\x8b" + struct.pack("<i", MANY) + b"\x7f" * MANY + b".", "opcodes"),
    "a long int as text": (b"L" + b"9" * MANY + b"L\n.", "opcodes"),
    "a text that is not there": (b"X\xff\xff\xff\x7fabc.", "in the middle of a text"),
    "a long name": (b"c" + b"a" * MANY + b"\nb\n.", "aaa…"),
    "itself as a key": (b"}q\0h\0Ns.", "a dict as a key"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_takes_no_more_than_a_small_multiple_of_its_size(name):
    """At most 100 times its bytes, beside the 2¹⁶ numbers that any file may ask for, of 50 bytes each."""
    body, message = BOMBS[name]
    file = of_pickle(body)
    size = len(file.getvalue())

    def read_or_refused():
        came = refusal(file)
        assert came is message is None or message in came

    assert peak_memory(read_or_refused) < 100 * size + 50 * 2**16


def test_a_tensor_may_be_expanded_as_far_as_that():
    value = load(of_pickle(tensor((256, 256), (0, 0)) + b"."))
    assert value.shape == (256, 256) and value.sum() == 0.0


def test_many_names_for_one_tensor_cost_one():
    tensors = load(
        of_pickle(b"(" + b"".join(tensor((2**13,), (1,), count=2**13) for _ in range(100)) + b"t.", bytes(2**15))
    )
    assert len({id(t._matrix) for t in tensors}) == 1


# ---------------------------------------------------------------- zips

RECORD = ("archive/data.pkl", b"\x80\x02N.")


def zip_file(*records, method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in records:
            archive.writestr(name, data)
    file.seek(0)
    return file


def test_a_zip_that_is_no_file_of_torch():
    assert refusal(zip_file(RECORD)) is None
    assert "it is compressed" in refusal(
        zip_file(RECORD, ("archive/data/0", bytes(10**7)), method=zipfile.ZIP_DEFLATED)
    )
    assert "no data.pkl" in refusal(zip_file(("../../etc/passwd", b""), RECORD))
    assert "no data.pkl" in refusal(zip_file(("archive/x/data.pkl", b"")))
    assert "an archive of TorchScript, a program" in refusal(zip_file(RECORD, ("archive/constants.pkl", b"")))
    assert "big-endian" in refusal(zip_file(RECORD, ("archive/byteorder", b"big")))
    assert "it has no storage 1" in refusal(zip_file(("a/data.pkl", b"\x80\x02" + tensor((1,), (1,), key="1") + b".")))
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zip_file(RECORD, RECORD)
    assert "two records of one name" in refusal(twice)


def test_a_record_that_claims_to_be_longer_than_the_file():
    data = bytearray(zip_file(RECORD, ("archive/data/0", bytes(64))).getvalue())
    at = data.rindex(b"PK\1\2")
    data[at + 20 : at + 28] = struct.pack("<II", 2**31, 2**31)
    assert "its records are longer than the file" in refusal(bytes(data))


def test_a_bit_that_was_turned_in_the_numbers_is_found():
    data = bytearray(SEEDS[0])
    with zipfile.ZipFile(io.BytesIO(SEEDS[0])) as archive:
        at = SEEDS[0].index(archive.read("archive/data/0"))
    data[at] ^= 1
    assert "Bad CRC-32 for file 'archive/data/0'" in refusal(bytes(data))


# ---------------------------------------------------------------- what PyTorch has and we have not


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("torch ComplexFloatStorage", "a tensor of complex numbers, which are not here"),
        ("torch._utils _rebuild_qtensor", r"a quantized tensor, which are not here; save tensor.dequantize\(\)"),
        ("torch._utils _rebuild_sparse_tensor", r"a sparse tensor, which are not here; save tensor.to_dense\(\)"),
        ("torch._utils _rebuild_tensor_v3", "a tensor of a dtype that is not here"),
        ("torch.nn.modules.linear Linear", r"a whole module of PyTorch, .*; save its state_dict\(\) there"),
        ("numpy._core.multiarray scalar", "which is no tensor or plain value"),
    ],
)
def test_it_is_refused_by_its_name(name, message):
    with pytest.raises(pickle.UnpicklingError, match=f"the file: it asks for {name.replace(' ', '.')}, {message}"):
        load(of_pickle(b"c" + name.replace(" ", "\n").encode() + b"\n."))


def test_another_protocol_is_named():
    data = zipped(pickle.dumps({"a": 1}, 4))
    assert refusal(data) == "it is a pickle of protocol 4, and torch.save writes protocol 2"


def test_a_legacy_file_is_refused_as_any_other():
    assert refusal(b"hello") == refusal(pickle.dumps([1], 2)) == "it was not written by torch.save"
    body = b"\x80\x02" + tensor((2,), (1,), count=2) + b"."
    numbers = struct.pack("<qff", 2, 1.5, -2.0)
    assert load(io.BytesIO(b"".join([*LEGACY, body, pickle.dumps(["0"], 2), numbers]))).tolist() == [1.5, -2.0]
    for keys, rest in ((["1"], numbers), ("0", numbers), ([["0"]], numbers), (["0"], numbers[:-1]), (["0"], b"")):
        assert refusal(b"".join([*LEGACY, body, pickle.dumps(keys, 2), rest]))
    claim = b"\x80\x02" + tensor((2,), (1,), count=2**60) + b"."
    assert "of F32" in refusal(b"".join([*LEGACY, claim, pickle.dumps(["0"], 2), numbers]))
