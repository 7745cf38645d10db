"""Python imports this first: a process that the environment names kills itself at a point, once.

`KILLING` is lines of `NAME/POINT/COUNT/MARK`: the child of the name, or `serve`, dies when it comes to the
point of `crash_points` for the `COUNT`th time; MARK is a file that is made when a process is armed, so that
whoever follows it lives.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def _arm() -> None:
    for line in os.environ.get("KILLING", "").splitlines():
        name, point, count, mark = line.split("/", 3)
        if name in sys.orig_argv and not Path(mark).exists():
            from crash_points import Kill

            Path(mark).touch()
            Kill(point, int(count)).install()


_arm()
