"""The state of a run as bytes: NumPy's npz, without pickle."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from typing import Any

import numpy as np

from kissalg.errors import RunError
from kissalg.solvers.multiprecision.interior_point import State
from kissalg.solvers.multiprecision.matrix import Matrix
from kissalg.solvers.settings import Settings

__all__ = ["decode", "encode"]

_VERSION = 1


def encode(state: State, bits: int, stalls: int, seconds: float, settings: Settings) -> bytes:
    """Everything that the next iteration depends on; a run resumed from it continues bit by bit as if it had not been interrupted."""
    arrays: dict[str, Any] = {}
    exponents = {}
    for group, matrices in (("x", state.x), ("z", state.z), ("residual", state.residual), ("y", {"": state.y})):
        for name, m in matrices.items():
            arrays[f"{group}:{name}"] = m.limbs
            exponents[f"{group}:{name}"] = m.exponent
    meta = {
        "version": _VERSION,
        "index": state.index,
        "solved": state.solved,
        "bits": bits,
        "stalls": stalls,
        "seconds": seconds,
        "settings": asdict(settings),
        "exponents": exponents,
    }
    buffer = io.BytesIO()
    np.savez(buffer, meta=np.frombuffer(json.dumps(meta, sort_keys=True).encode(), dtype=np.uint8), **arrays)
    return buffer.getvalue()


def decode(data: bytes) -> tuple[State, int, int, float, Settings]:
    """The inverse of `encode`: state, bits, stalls, seconds, settings.

    Raises `RunError` when the bytes are not a checkpoint of this version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            meta = json.loads(archive["meta"].tobytes())
            if meta["version"] != _VERSION:
                raise RunError(
                    f"expected a checkpoint of version {_VERSION}, found version {meta['version']}; start the run anew"
                )
            groups: dict[str, dict[str, Matrix]] = {"x": {}, "z": {}, "residual": {}, "y": {}}
            for key, exponent in meta["exponents"].items():
                group, name = key.split(":", 1)
                groups[group][name] = Matrix(np.ascontiguousarray(archive[key]), int(exponent))
            state = State(
                groups["x"], groups["z"], groups["y"][""], groups["residual"], int(meta["index"]), bool(meta["solved"])
            )
            return state, int(meta["bits"]), int(meta["stalls"]), float(meta["seconds"]), Settings(**meta["settings"])
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise RunError(f"the checkpoint cannot be read ({error}); start the run anew") from error
