#!/usr/bin/env python3
"""Build the binary containers of the demo leak from sources/, byte for byte.

Usage: make_containers.py          write them
       make_containers.py --check  exit 1 if a committed container differs

Nothing is compressed and no clock is read, so that every Python and every
zlib gives the same bytes.
"""
import io
import struct
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
FILES = HERE / "leak" / "files"
PASSWORD = b"lantern-or-anchor"
DATE = (2024, 6, 28, 17, 30, 0)
EPOCH = 1719588600  # 2024-06-28T15:30:00Z


def gzip_stored(data):
    """A gzip member whose deflate blocks are all of the kind `stored`."""
    out = io.BytesIO()
    out.write(b"\x1f\x8b\x08\x00" + struct.pack("<I", EPOCH) + b"\x00\x03")
    chunks = [data[i : i + 65535] for i in range(0, len(data), 65535)] or [b""]
    for i, chunk in enumerate(chunks):
        last = i == len(chunks) - 1
        out.write(struct.pack("<BHH", last, len(chunk), len(chunk) ^ 0xFFFF) + chunk)
    out.write(struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF))
    return out.getvalue()


def tar(folder):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            info = tarfile.TarInfo(path.relative_to(folder).as_posix())
            data = path.read_bytes()
            info.size, info.mtime, info.mode = len(data), EPOCH, 0o644
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zip_stored(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, DATE)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def zipcrypto(data, crc):
    """PKWARE's traditional encryption (APPNOTE 6.1), with a fixed header."""
    # The table holds the plain CRC-32 remainders, without zlib's inversions.
    table = []
    for i in range(256):
        for _ in range(8):
            i = (i >> 1) ^ (0xEDB88320 if i & 1 else 0)
        table.append(i)
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte):
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in PASSWORD:
        update(byte)
    out = bytearray()
    for byte in b"OnRecordDem" + bytes([crc >> 24]) + data:
        temp = keys[2] | 2
        out.append(byte ^ ((temp * (temp ^ 1)) >> 8) & 0xFF)
        update(byte)
    return bytes(out)


def zip_locked(members):
    """A zip whose members are stored and encrypted with PASSWORD."""
    date = (DATE[0] - 1980) << 9 | DATE[1] << 5 | DATE[2]
    time = DATE[3] << 11 | DATE[4] << 5 | DATE[5] // 2
    body, directory = b"", b""
    for name, data in members:
        crc, raw = zlib.crc32(data), name.encode()
        locked = zipcrypto(data, crc)
        common = struct.pack(
            "<HHHHHIIIHH", 20, 1, 0, time, date, crc, len(locked), len(data), len(raw), 0
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 0x0314) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0o644 << 16, len(body)) + raw
        body += b"PK\x03\x04" + common + raw + locked
    count = len(members)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def folder_members(folder):
    return [(p.name, p.read_bytes()) for p in sorted(folder.iterdir()) if p.is_file()]


def containers():
    handover = SOURCES / "handover"
    nested = gzip_stored(tar(handover / "old-mail"))
    truncated = zip_stored(folder_members(SOURCES / "truncated")[::-1])
    return {
        FILES / "handover.zip": zip_stored(
            [("inventory.txt", (handover / "inventory.txt").read_bytes()), ("old-mail.tar.gz", nested)]
        ),
        FILES / "board-minutes.zip": zip_locked(folder_members(SOURCES / "board-minutes")),
        # Cut inside the second member: the first is whole, the directory is gone.
        FILES / "damaged" / "truncated.zip": truncated[:1800],
    }


def main():
    differing = []
    for path, data in containers().items():
        if "--check" in sys.argv[1:]:
            if path.read_bytes() != data:
                differing.append(path.name)
        else:
            path.write_bytes(data)
    if differing:
        sys.exit("differs from its sources: " + ", ".join(differing))


if __name__ == "__main__":
    main()
