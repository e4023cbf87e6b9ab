"""Benchmarks say where they ran, and the engine's end with ratios measured side by side in one run."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

collect_ignore_glob = ["peers/*"]  # scripts with arguments of their own


def _processor() -> str:
    """The model of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def pytest_report_header() -> list[str]:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "python-flint"))
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return [f"machine: {_processor()}, {os.cpu_count()} cores, load {load} before the run", f"libraries: {libraries}"]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """One line for each product: ns for a multiply-add, and how many times those of a float64 product of the same
    order.
    """
    session = getattr(config, "_benchmarksession", None)
    found = (
        [] if session is None else [b for b in session.benchmarks if "multiply-adds" in b.extra_info and b.stats.rounds]
    )
    if not found:
        return
    best = {b.name: 1e9 * b.stats.min / b.extra_info["multiply-adds"] for b in found}
    peaks = {b.extra_info["order"]: best[b.name] for b in found if b.extra_info["arithmetic"] == "float64"}
    terminalreporter.section("multiply-adds, one thread, best round")
    for b in sorted(found, key=lambda b: (b.extra_info["order"], b.extra_info["bits"], b.name)):
        order = b.extra_info["order"]
        ratio = f"{best[b.name] / peaks[order]:8.1f} x float64" if order in peaks else ""
        terminalreporter.write_line(f"{b.name:45} {best[b.name]:9.3f} ns {ratio}")
