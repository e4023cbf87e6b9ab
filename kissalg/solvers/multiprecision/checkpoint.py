"""The state of a run as bytes: NumPy's npz, without pickle."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from kissalg.errors import RunError
from kissalg.sdp.digest import problem_digest
from kissalg.sdp.model import Model, Point
from kissalg.solvers.multiprecision.constraint_maps import Values
from kissalg.solvers.multiprecision.interior_point import State
from kissalg.solvers.multiprecision.matrix import Matrix
from kissalg.solvers.settings import Settings

__all__ = ["Progress", "decode", "encode", "fingerprint"]

_VERSION = 4


@dataclass(frozen=True, eq=False)
class Progress:
    """Everything that the next iteration depends on, beside the problem.

    Attributes:
        fingerprint: a digest of the problem and its sample points.
        state: the point.
        lowers: the coordinates of its blocks (see `change_coordinates.py`).
        settings: the settings of the run.
        bits: the precision of the next iteration.
        master_bits: the precision at which the problem was set up (its rounding is felt in the last bits).
        stalls: how many of the last iterations took very short steps.
        seconds: the time spent so far.
        goal: the gap to reach before the next projection.
    """

    fingerprint: str
    state: State
    lowers: Values
    settings: Settings
    bits: int
    master_bits: int
    stalls: int
    seconds: float
    goal: float


def encode(progress: Progress) -> bytes:
    """The bytes from which a run continues, bit by bit as if it had not been interrupted."""
    state = progress.state
    arrays: dict[str, Any] = {}
    exponents = {}
    groups = {"x": state.x, "z": state.z, "residual": state.residual, "y": {"": state.y}, "lowers": progress.lowers}
    for group, matrices in groups.items():
        for name, m in matrices.items():
            arrays[f"{group}:{name}"] = m.limbs
            exponents[f"{group}:{name}"] = m.exponent
    meta = {
        "version": _VERSION,
        "fingerprint": progress.fingerprint,
        "index": state.index,
        "solved": state.solved,
        "expected": state.expected,
        "bits": progress.bits,
        "master_bits": progress.master_bits,
        "stalls": progress.stalls,
        "seconds": progress.seconds,
        "goal": progress.goal,
        "settings": asdict(progress.settings),
        "exponents": exponents,
    }
    buffer = io.BytesIO()
    np.savez(buffer, meta=np.frombuffer(json.dumps(meta, sort_keys=True).encode(), dtype=np.uint8), **arrays)
    return buffer.getvalue()


def decode(data: bytes) -> Progress:
    """The inverse of `encode`.

    Args:
        data: the bytes.

    Returns:
        The state of the run.

    Raises:
        RunError: the bytes are not a checkpoint of this version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            meta = json.loads(archive["meta"].tobytes())
            if meta["version"] != _VERSION:
                raise RunError(
                    f"expected a checkpoint of version {_VERSION}, found version {meta['version']}; start the run anew"
                )
            groups: dict[str, dict[str, Matrix]] = {"x": {}, "z": {}, "residual": {}, "y": {}, "lowers": {}}
            for key, exponent in meta["exponents"].items():
                group, name = key.split(":", 1)
                groups[group][name] = Matrix(np.ascontiguousarray(archive[key]), int(exponent))
            x, z, residual, y = groups["x"], groups["z"], groups["residual"], groups["y"][""]
            state = State(x, z, y, residual, int(meta["index"]), bool(meta["solved"]), float(meta["expected"]))
            settings = Settings(**meta["settings"])
            bits, master_bits, stalls = (int(meta[name]) for name in ("bits", "master_bits", "stalls"))
            return Progress(
                str(meta["fingerprint"]),
                state,
                groups["lowers"],
                settings,
                bits,
                master_bits,
                stalls,
                float(meta["seconds"]),
                float(meta["goal"]),
            )
    except (EOFError, OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise RunError(f"the checkpoint cannot be read ({error}); start the run anew") from error


def fingerprint(problem: Model, points: Mapping[str, Sequence[Point]]) -> str:
    """A digest of a problem and its sample points, by which a checkpoint is known to belong to a problem."""
    parts = (problem_digest(problem), [(name, list(map(str, points[name]))) for name in sorted(points)])
    return sha256(repr(parts).encode()).hexdigest()
