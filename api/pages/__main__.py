"""A process that makes pages: `python -m api.pages HOME`; only `api.pages.processes` starts one."""

from __future__ import annotations

import os
import sys

from api.collecting import look_seldom

if __name__ == "__main__":
    look_seldom()
    from api.pages.making import make_pages  # now: importing it is most of the start

    try:
        make_pages(sys.argv[1])
    except BrokenPipeError:
        os._exit(0)  # the server has ended, and what is left in the buffer is for nobody
