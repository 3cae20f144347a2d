"""Requests written out in advance and replayed by a native program (load.c), so that Python is not what is measured."""
import dataclasses
import json
import pathlib
import shutil
import struct
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).with_name("load.c")
MEMORY = pathlib.Path("/dev/shm")


@dataclasses.dataclass
class Replay:
    """What came of it: how long it took in all, how long each answer, and the bodies where they were wished."""

    seconds: float
    milliseconds: list
    answers: list

    @property
    def mean(self):
        return 1000 * self.seconds / len(self.milliseconds)

    def quantile(self, part):
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def encode(method, path, body=b"", headers=None):
    """A request as it goes over the wire. A body that is not bytes becomes JSON."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def compiled(source, program, *libraries):
    """A program in C, compiled for this run."""
    compiler = next((name for name in ("cc", "clang", "gcc") if shutil.which(name)), None)
    if compiler is None:
        raise RuntimeError(f"There is no C compiler for {source.name}. Install one (Debian: apt install gcc).")
    subprocess.run([compiler, "-O2", "-pthread", "-o", program, source, *libraries], check=True)
    return program


def write_records(path, records):
    """A file in which each record stands behind its length."""
    with open(path, "wb") as file:
        for each in records:
            file.write(struct.pack("<I", len(each)))
            file.write(each)


class Loader:
    """The native program, compiled for this run, and a folder in memory for its requests; ends with the block."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="martlet-load-", dir=MEMORY if MEMORY.is_dir() else None))
        self.program = compiled(SOURCE, self.folder / "load")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def replay(self, server, requests, connections=1, seconds=0, keep=False):
        """Sends them all, or those that can be begun within so many seconds. Every answer is 200, or it fails with what the server said."""
        wanted, answers = self.folder / "requests", self.folder / "answers"
        write_records(wanted, requests)
        arguments = [self.program, str(server.port), wanted, str(connections), str(seconds), answers if keep else "-"]
        child = subprocess.run(arguments, capture_output=True, text=True)
        if child.returncode != 0:
            raise RuntimeError(f"{server.name} {child.stderr.strip()} ({requests[0][:60].decode(errors='replace').splitlines()[0]})")
        found = json.loads(child.stdout)
        bodies = list(split(answers.read_bytes())) if keep else []
        return Replay(found["seconds"], [each / 1000 for each in found["microseconds"]], bodies)


def split(data):
    """The records of a file in which each stands behind its length."""
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        yield data[at + 4:at + 4 + length]
        at += 4 + length
