"""Files to read that save_file would not write: a header of any bytes, and any bytes behind it."""

import json
import struct


def raw(header, data=b""):
    """The bytes of a file with this header, given as bytes or as what JSON makes of it."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(dtype="F32", shape=(1,), begin=0, end=4, **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end], **more}
