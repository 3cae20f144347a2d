"""Runs child processes, measures them, and sets pairs of measurements against each other. Imports the standard library only: a child's peak
memory is never below what its parent holds at the fork."""
import dataclasses
import os
import statistics
import subprocess
import tempfile
import time


@dataclasses.dataclass
class Child:
    seconds: float
    processor_seconds: float
    peak_megabytes: float
    output: str


class Failed(Exception):
    """A child ended with an error; the message holds its last words."""


def run(arguments, folder=None, accept=(0,), environment=None):
    """Runs to the end and measures. Exit code 3 (a gate said no) is an answer, too, where `accept` says so."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(arguments, cwd=folder, stdout=output, stderr=errors, env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (output, errors):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    if child.returncode not in accept:
        raise Failed(f"{' '.join(map(str, arguments))} ended with {child.returncode}: {(texts[1] or texts[0]).strip()[-400:]}")
    return Child(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, texts[0])


@dataclasses.dataclass
class Figure:
    """Measurements in pairs: of the program, and of a peer in the same repetition or a limit. `aim` and `must` bound the median of the ratios."""

    name: str
    unit: str
    measured: list
    compared: list  # one number for a limit
    against: str
    aim: float = 1.0
    must: float | None = None

    @property
    def ratios(self):
        peers = self.compared * len(self.measured) if len(self.compared) == 1 else self.compared
        return [mine / theirs for mine, theirs in zip(self.measured, peers)]

    @property
    def ratio(self):
        return statistics.median(self.ratios)

    @property
    def verdict(self):
        if self.must is not None and self.ratio > self.must:
            return f"MISSED, must be {self.must:g}"
        return "reached" if self.ratio <= self.aim else "not yet"

    @property
    def is_broken(self):
        return self.must is not None and self.ratio > self.must

    def row(self):
        limit = len(self.compared) == 1
        peer = f"{self.against} {self.compared[0]:.3g}" if limit else f"{self.against} {spread(self.compared)}"
        return [self.name, self.unit, spread(self.measured), peer, spread(self.ratios), f"{self.aim:g}", self.verdict]


def spread(values):
    """Median [least, greatest]; the value alone where there is one."""
    if len(values) == 1:
        return f"{values[0]:.3g}"
    return f"{statistics.median(values):.3g} [{min(values):.3g}, {max(values):.3g}]"


def pairs(count, mine, theirs):
    """Measures alternately, so that what else the machine does falls on both; who goes first alternates, too."""
    results = []
    for repetition in range(count):
        first, second = (mine, theirs) if repetition % 2 == 0 else (theirs, mine)
        measured = [first(), second()]
        results.append(measured if repetition % 2 == 0 else measured[::-1])
    return [pair[0] for pair in results], [pair[1] for pair in results]


def starvation(mine, theirs):
    """A remark where one side was given far less of the processors than the other: the ratio of their times then says nothing about them."""
    shares = [statistics.median(child.processor_seconds / child.seconds for child in children) for children in (mine, theirs)]
    return f" (unequal: {shares[0]:.2f} and {shares[1]:.2f} processors)" if max(shares) > 3 * min(shares) else ""


def compared(name, peer, mine, theirs, time_aim, memory_aim=None, time_must=None, memory_must=None):
    """The figures of a pair: elapsed time, processor time, peak memory. What must hold is said of processor time, which bears a busy machine."""

    def figure(what, unit, field, aim, must):
        values = [[getattr(child, field) for child in children] for children in (mine, theirs)]
        return Figure(f"{name}: {what}", unit, *values, peer, aim, must)

    figures = [
        figure(f"time{starvation(mine, theirs)}", "s", "seconds", time_aim, None),
        figure("processor time", "s", "processor_seconds", time_aim, time_must),
    ]
    if memory_aim is not None:
        figures.append(figure("peak memory", "MB", "peak_megabytes", memory_aim, memory_must))
    return figures


def limited(name, children, milliseconds):
    """The figures of a command that must answer at once. On a busy machine its processor time says more than the time that passed."""
    return [
        Figure(f"{name}: time", "ms", [child.seconds * 1000 for child in children], [milliseconds], "limit"),
        Figure(f"{name}: processor time", "ms", [child.processor_seconds * 1000 for child in children], [milliseconds], "limit", must=3),
    ]


def print_table(figures):
    rows = [["figure", "unit", "measured", "against", "ratio", "aim", ""]] + [figure.row() for figure in figures]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())
    print("Medians [least, greatest]; a ratio is taken within each repetition. Smaller is better everywhere.")
