"""The files of an office: who may read them, and how cheap its keys are to open."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from ledger_client.doctor.remarks import Remark, State, remarked
from ledger_client.errors import ShecangError
from ledger_client.home import Home
from ledger_client.keystores import describe_keystore
from ledger_client.language import tr


def examine_office(home: Home) -> Iterator[Remark]:
    """Give remarks on the keys, on who may read the files, and on the way to the node."""
    yield from _keys(home)
    yield from _secrecy(home)
    yield from remarked("way", lambda: _way(home))


def _keys(home: Home) -> Iterator[Remark]:
    """Look at every key file, none of which is opened."""
    found = []
    for path in sorted(home.keys.glob("*.json")):
        try:
            found.append(describe_keystore(path))
        except ShecangError as error:
            yield Remark("keys", State.UNSAFE, error.text())
    demo = ", ".join(key.name for key in found if key.is_demo)
    if not demo:
        yield Remark(
            "keys", State.OK, tr(f"{len(found)} keys, no demo key", f"{len(found)} 把密钥，无演示密钥")
        )
        return
    yield Remark(
        "keys",
        State.UNSAFE,
        tr(
            f"demo keys, which anybody who reads the file can open: {demo}; for anything but a demo make new "
            "ones with `shecang keys new` and move the grants",
            f"演示密钥（任何能读到文件者均可打开）：{demo}；非演示用途请用 `shecang keys new` 新建并更换授权",
        ),
    )


def _secrecy(home: Home) -> Iterator[Remark]:
    """See that nobody but the owner may read keys and databases, where they are."""
    databases = (home.records, home.outbox, home.unsigned)
    secret = (home.records_key, *databases, *sorted(home.keys.glob("*.json")))
    there = [path for path in secret if path.exists()]
    open_ = [path for path in there if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if not open_:
        if there:
            yield Remark(
                "files",
                State.OK,
                tr("only the owner may read keys, records and outbox", "密钥、档案与发件箱仅所有者可读"),
            )
        return
    named = ", ".join(str(path) for path in open_)
    yield Remark(
        "files",
        State.UNSAFE,
        tr(
            f"others than the owner may read {named}: set them to 0600 with `chmod 600`",
            f"以下文件可被他人读取：{named}；请用 `chmod 600` 改为 0600",
        ),
    )


def _way(home: Home) -> Iterator[Remark]:
    """See that what is sent to a node over a network cannot be read or altered on the way."""
    address = urlsplit(home.node)
    if address.scheme != "http" or _is_loopback(address.hostname or ""):
        return
    yield Remark(
        "way",
        State.UNSAFE,
        tr(
            f"the way to the node {home.node} is not encrypted, so that its answers can be altered: "
            "use an https address or a tunnel",
            f"到节点 {home.node} 的连接未加密，应答可被篡改：请改用 https 地址或隧道",
        ),
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
