"""`shecang serve` as a process of its own, installed as the project states."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import STOPS_WITHIN, Served, children_of, get, installed, shecang, start
from served import copy_of, wait_for

from ledger_client.demo.cast import EAST_GOVERNMENT
from ledger_client.home import Home


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the project is installed, so that its entry points are found."""
    return installed(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="module")
def server(
    environment: dict[str, str], city: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of a running server, and its home."""
    home = copy_of(city, tmp_path_factory.mktemp("process") / "home")
    served = Served.start(environment, home.path)
    assert served.address.startswith("http://127.0.0.1:")
    yield served.address, home.path
    assert served.stop() == (0, "stopped\n")


def reader(environment: dict[str, str], home: Path, *words: str, code: int = 0) -> str:
    """Run `shecang reader` and return what it printed, or said where it is to fail."""
    done = shecang(environment, home, "reader", *words)
    assert done.returncode == code, done.stderr
    return done.stderr if code else done.stdout


class TestReaders:
    def test_shown_once_and_in_words(self, environment: dict[str, str], city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home").path
        assert "nothing yet" in reader(environment, home, "list")
        key = reader(environment, home, "add", "卫生局", "--division", "420102", "--by", "root").strip()
        listed = reader(environment, home, "list")
        assert "read sites and documents" in listed
        assert key.split("_")[1] in listed
        for head in ("last used", "issued", "may"):
            assert head in listed
        chinese = reader(environment | {"SHECANG_LANG": "zh"}, home, "list")
        for head in ("账户", "权限", "签发时间", "最近使用"):
            assert head in chinese
        assert key.split("_", 2)[2] not in listed

    def test_by_nobody_who_is_no_authority_over_it(
        self, environment: dict[str, str], city: Home, tmp_path: Path
    ) -> None:
        home = copy_of(city, tmp_path / "home").path
        words = ("add", "a bureau", "--division", "420102", "--by")
        assert "is no authority over 420102 now" in reader(environment, home, *words, "keeper-east", code=1)
        words = ("add", "a bureau", "--division", "42", "--by")
        assert "is no authority over 42 now" in reader(environment, home, *words, "city-authority", code=1)
        assert "nothing yet" in reader(environment, home, "list")

    @pytest.mark.parametrize(
        ("words", "code", "says"),
        [
            (("add", "x", "--division", "420102", "--by", "root", "--scope", "all"), 2, "is no scope"),
            (("add", "x", "--division", "12345", "--by", "root"), 2, "12345"),
            (("add", "heаlth", "--division", "0", "--by", "root"), 2, "CYRILLIC"),
            (("add", "x", "--division", "0", "--by", "nobody"), 2, "there is no key nobody"),
            (("revoke", "ffffffff", "--by", "root"), 2, "no reader account has the id ffffffff"),
        ],
    )
    def test_refused(
        self,
        environment: dict[str, str],
        city: Home,
        tmp_path: Path,
        words: tuple[str, ...],
        code: int,
        says: str,
    ) -> None:
        home = copy_of(city, tmp_path / "home").path
        assert says in reader(environment, home, *words, code=code)


class TestRefusals:
    def test_no_ledger(self, environment: dict[str, str], tmp_path: Path) -> None:
        _, errors = (process := start(environment, tmp_path)).communicate(timeout=STOPS_WITHIN)
        assert process.returncode == 3
        assert errors.splitlines() == [
            f"shecang: there is no ledger in {tmp_path}; make one with `shecang init`, "
            "or name another directory with --home"
        ]

    def test_port_that_is_taken(self, environment: dict[str, str], server: tuple[str, Path]) -> None:
        port = server[0].rsplit(":", 1)[1]
        _, errors = (process := start(environment, server[1], "--port", port)).communicate(
            timeout=STOPS_WITHIN
        )
        assert process.returncode == 3
        assert errors.splitlines() == [
            f"shecang: port {port} of 127.0.0.1 is taken; "
            "stop what listens there, or choose another with --port"
        ]

    def test_port_that_there_is_not(self, environment: dict[str, str], server: tuple[str, Path]) -> None:
        _, errors = (process := start(environment, server[1], "--port", "65536")).communicate(
            timeout=STOPS_WITHIN
        )
        assert process.returncode == 2
        assert "65535" in errors

    @pytest.mark.parametrize("rate", ["-1", "0", "4", "1000000", "fast", "１００", ""])
    def test_rate_that_is_none(
        self, environment: dict[str, str], server: tuple[str, Path], rate: str
    ) -> None:
        _, errors = (process := start(environment, server[1], f"--rate={rate}", "--port", "0")).communicate(
            timeout=STOPS_WITHIN
        )
        assert process.returncode == 2
        assert "is no number of requests a minute" in errors


class TestServer:
    def test_answers(self, server: tuple[str, Path]) -> None:
        totals = f"{server[0]}/v1/stock/totals/0"
        wait_for(lambda: get(totals)[0] == 200)
        assert json.loads(get(totals)[1])["level"] == "country"

    def test_answers_a_reader_until_the_account_is_revoked(
        self, environment: dict[str, str], server: tuple[str, Path]
    ) -> None:
        card = f"{server[0]}/v1/sites/{EAST_GOVERNMENT}/stock-card?limit=1"
        assert get(card)[0] == 401
        words = ("health bureau", "--division", "420102", "--by", "root", "--json")
        issued = json.loads(reader(environment, server[1], "add", *words))
        wait_for(lambda: get(card, issued["key"])[0] == 200)
        assert json.loads(get(card, issued["key"])[1])["site"] == str(EAST_GOVERNMENT)
        [row] = reader(environment, server[1], "list", "--json").splitlines()
        assert (json.loads(row)["account"], json.loads(row)["divisions"]) == (issued["account"], [420102])
        assert json.loads(row)["last_used"]
        assert "revoked" in reader(environment, server[1], "revoke", issued["account"], "--by", "root")
        assert get(card, issued["key"])[0] == 401

    def test_refuses(self, server: tuple[str, Path]) -> None:
        status, body = get(f"{server[0]}/v1/sites/1/stock-card")
        assert (status, json.loads(body)["type"]) == (422, "urn:shecang:problem:code-form")

    def test_survives_what_is_no_http(self, server: tuple[str, Path]) -> None:
        port = int(server[0].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"\x16\x03\x01 this is no request\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 400"
        assert get(f"{server[0]}/openapi.json")[0] == 200

    @pytest.mark.parametrize(
        ("language", "says"), [("en", "open it in a browser for the page"), ("zh", "用浏览器打开即为网页")]
    )
    def test_says_where_its_page_is(
        self, environment: dict[str, str], city: Home, tmp_path: Path, language: str, says: str
    ) -> None:
        home = copy_of(city, tmp_path / "home").path
        served = Served.start(environment | {"SHECANG_LANG": language}, home)
        assert served.stop()[0] == 0
        assert says in served.said
        assert f"{served.address}/openapi.json" in served.said

    def test_describes_itself(self, server: tuple[str, Path]) -> None:
        assert json.loads(get(f"{server[0]}/openapi.json")[1])["openapi"].startswith("3.")

    def test_limits_and_silence_are_chosen(
        self, environment: dict[str, str], city: Home, tmp_path: Path
    ) -> None:
        served = Served.start(environment, copy_of(city, tmp_path / "home").path, "--rate", "10", "--no-log")
        answers = [get(f"{served.address}/health")[0] for _ in range(3)]
        assert answers == [200, 200, 429]
        assert served.stop() == (0, "stopped\n")

    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
    def test_stops_with_its_children(
        self, environment: dict[str, str], city: Home, tmp_path: Path, how: signal.Signals
    ) -> None:
        served = Served.start(environment, copy_of(city, tmp_path / "home").path)
        assert served.stop(how) == (0, "stopped\n")
        assert children_of(served.home) == {}
