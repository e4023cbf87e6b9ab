"""How time, precision and memory grow with the degree: one certificate after the other, from nothing to the kernel's
verdict.

    pip install '.[benchmarks]'
    python benchmarks/growth.py measure growth.json --dimension 12 --degrees 6 8 10 12 14 16
    python benchmarks/growth.py draw growth.json docs/growth

Every certificate is computed in a process of its own, whose peak memory is reported. `measure` adds to the file and
skips what it holds already; `draw` writes a table (.md) and a plot (.svg). Nothing else should run on the machine.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

STAGES = ("float64", "multiprecision", "other", "round", "verify")


def one(n: int, degree: int) -> dict[str, Any]:
    """The figures of one certificate."""
    import kissalg as ka
    from kissalg.solvers.memory import peak_memory

    steps: list[Any] = []
    began = time.perf_counter()
    problem = ka.kissing(n, degree)
    solution = ka.solve(problem, progress=steps.append)
    solved = time.perf_counter()
    certificate = ka.certify(solution)
    rounded = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.json.xz"
        certificate.save(path)
        saved = time.perf_counter()
        verified = ka.verify(path).verified
        seconds = time.perf_counter() - saved
        size = path.stat().st_size
    double, multi = ([s for s in steps if (s.bits <= 53) is kind] for kind in (True, False))
    times = [sum(s.seconds for s in part) for part in (double, multi)]
    return {
        "n": n,
        "degree": degree,
        "equations": problem.equations,
        "largest": max(variable.size for variable in problem.variables if hasattr(variable, "size")),
        "bound": certificate.claim,
        "verified": verified,
        "iterations": [len(double), len(multi)],
        "bits": solution.bits,
        "seconds": {
            "float64": times[0],
            "multiprecision": times[1],
            "other": solved - began - sum(times),
            "round": saved - solved,
            "verify": seconds,
        },
        "rounding": rounded - solved,
        "memory": peak_memory(),
        "size": size,
    }


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    import numpy as np

    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        name = next(
            (line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line), name
        )
    a = np.ones((1500, 1500))
    a @ a
    began = time.perf_counter()
    for _ in range(5):
        a @ a
    return {"processor": name, "cores": os.cpu_count(), "gflops": 5 * 2 * 1500**3 / (time.perf_counter() - began) / 1e9}


def measure(arguments: argparse.Namespace) -> None:
    """Add figures to a file."""
    path: Path = arguments.file
    data = json.loads(path.read_text()) if path.exists() else {"machine": machine(), "runs": []}
    for degree in arguments.degrees:
        if any((run["n"], run["degree"]) == (arguments.dimension, degree) for run in data["runs"]):
            continue
        call = [sys.executable, __file__, "one", str(arguments.dimension), str(degree)]
        run = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
        data["runs"].append(run)
        new = path.with_suffix(".new")
        new.write_text(json.dumps(data, indent=1))
        new.replace(path)
        print(f"n = {run['n']}, d = {degree}: {sum(run['seconds'].values()):.1f} s, {run['bound']}", flush=True)


def table(data: dict[str, Any]) -> str:
    """The figures as a table in Markdown."""
    lines = [
        (
            "| n | d | equations | largest block | iterations | bits | solve | round | verify | total | peak memory |"
            " certificate |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for run in sorted(data["runs"], key=lambda r: (r["n"], r["degree"])):
        s = run["seconds"]
        solve = s["float64"] + s["multiprecision"] + s["other"]
        cells = [
            *(run[key] for key in ("n", "degree", "equations", "largest")),
            f"{run['iterations'][0]} + {run['iterations'][1]}",
            run["bits"],
            *(f"{x:.1f} s" for x in (solve, s["round"], s["verify"])),
            f"{sum(s.values()):.0f} s",
            f"{run['memory'] / 1e9:.1f} GB",
            f"{run['size'] / 1e6:.2f} MB",
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def plot(data: dict[str, Any], path: Path) -> None:
    """Seconds by stage and bits against the degree, for the first dimension in the file."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "growth"
    import matplotlib.pyplot as plt

    n = data["runs"][0]["n"]
    runs = sorted((run for run in data["runs"] if run["n"] == n), key=lambda r: r["degree"])
    degrees = [run["degree"] for run in runs]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for stage in STAGES:
        left.plot(degrees, [run["seconds"][stage] for run in runs], marker="o", markersize=3, label=stage)
    left.plot(degrees, [sum(run["seconds"].values()) for run in runs], color="black", marker="o", label="total")
    left.set(yscale="log", xlabel="degree d", ylabel="seconds", title=f"n = {n}: from the problem to the verdict")
    left.legend()
    right.bar(degrees, [run["bits"] for run in runs], width=0.8)
    right.set(xlabel="degree d", ylabel="bits", title="working precision at a relative gap of 1e-9")
    for axes in (left, right):
        axes.set_xticks(degrees)
        axes.grid(alpha=0.3)
    figure.savefig(path, metadata={"Date": None})


def draw(arguments: argparse.Namespace) -> None:
    """Table and plot."""
    data = json.loads(arguments.file.read_text())
    arguments.target.with_suffix(".table.md").write_text(table(data))
    plot(data, arguments.target.with_suffix(".svg"))
    print(table(data))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("measure")
    command.add_argument("file", type=Path)
    command.add_argument("--dimension", type=int, default=12)
    command.add_argument("--degrees", type=int, nargs="+", default=[6, 8, 10, 12, 14, 16])
    command.set_defaults(run=measure)
    command = commands.add_parser("draw")
    command.add_argument("file", type=Path)
    command.add_argument("target", type=Path)
    command.set_defaults(run=draw)
    command = commands.add_parser("one")
    command.add_argument("dimension", type=int)
    command.add_argument("degree", type=int)
    command.set_defaults(run=lambda a: print(json.dumps(one(a.dimension, a.degree))))
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
