"""The page: which addresses are its, what a browser is told, and what it is not mixed up with."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from served import ROOT_URL, UNLIMITED, assert_problem, client_of, copy_of

from api.app import create_app
from api.settings import Settings
from api.web_page import POLICY
from ledger_client.home import Home

DOCUMENT = b"<!doctype html><html lang=zh><title>Shecang</title>" + b" " * 2_000
SCRIPT = b"export const answer = 42\n" * 100
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ASSET = "/assets/index-4f1c2d3e.js"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page that was built, with a secret beside its folder."""
    folder = tmp_path_factory.mktemp("built") / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(DOCUMENT)
    (folder / "favicon.svg").write_bytes(b"<svg/>")
    (folder / ASSET[1:]).write_bytes(SCRIPT)
    (folder / "assets/font-0a1b2c3d.woff2").write_bytes(b"wOF2" * 100)
    (folder.parent / "secret.txt").write_text("secret")
    return folder


@pytest.fixture(scope="module")
def page(city: Home, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = copy_of(city, tmp_path_factory.mktemp("page") / "home")
    with client_of(create_app(home, replace(UNLIMITED, page_files=built))) as client:
        yield client


@pytest.fixture(scope="module")
def bare(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("bare")
    home = copy_of(city, folder / "home")
    with client_of(create_app(home, replace(UNLIMITED, page_files=folder / "none"))) as client:
        yield client


class TestAddresses:
    @pytest.mark.parametrize("address", ["/", "/index.html"])
    def test_the_document(self, page: TestClient, address: str) -> None:
        answer = page.get(address)
        assert (answer.status_code, answer.content) == (200, DOCUMENT)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"

    @pytest.mark.parametrize(
        "address", ["/suppliers/91420100MA4KXMPL1B", "/v2", "/healthy", "/a.b/c", "//", "/index.html/x"]
    )
    def test_a_view_is_the_document_to_a_browser_alone(self, page: TestClient, address: str) -> None:
        assert page.get(ROOT_URL + address, headers=BROWSER).content == DOCUMENT
        for accepts in ("*/*", "application/json", "text/html;q=0", "text/html; q=0.0"):
            assert_problem(page.get(ROOT_URL + address, headers={"Accept": accepts}), 404, "not-found")

    @pytest.mark.parametrize("address", ["/v1/nothing", "/v1", "/health/x", "/openapi.json/x", "/metrics/x"])
    def test_what_the_api_has_not_is_no_view(self, page: TestClient, address: str) -> None:
        assert_problem(page.get(address, headers=BROWSER), 404, "not-found")

    def test_what_the_api_has_is_its(self, page: TestClient) -> None:
        for address in ("/health", "/ready", "/openapi.json", "/v1/sign-in"):
            assert page.get(address, headers=BROWSER).headers["content-type"] == "application/json"

    def test_a_missing_asset_is_never_the_document(self, page: TestClient) -> None:
        for address in ("/assets/index-00000000.js", "/assets/", "/assets", "/assets/x/y"):
            assert_problem(page.get(address, headers=BROWSER), 404, "not-found")
        answer = page.get("/assets/x", headers={**BROWSER, "Accept-Language": "zh"})
        assert "该地址没有内容" in answer.json()["detail"]

    @pytest.mark.parametrize(
        "address",
        [
            "/../secret.txt",
            "/assets/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
            "/..%5csecret.txt",
            "//etc/passwd",
            "/%00",
        ],
    )
    def test_none_leads_out_of_the_folder(self, page: TestClient, address: str) -> None:
        for headers in (BROWSER, {}):
            answer = page.get(ROOT_URL + address, headers=headers)
            assert answer.content == DOCUMENT or answer.status_code == 404
            assert "root:" not in answer.text

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
    def test_nothing_is_sent_to_it(self, page: TestClient, method: str) -> None:
        assert page.request(method, "/", headers=BROWSER).status_code in {404, 405}


class TestAnswer:
    def test_an_asset_is_kept_for_a_year(self, page: TestClient) -> None:
        answer = page.get(ASSET)
        assert (answer.status_code, answer.content) == (200, SCRIPT)
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        # Of cookies it is independent: a session that begins must not have everything loaded again.
        assert answer.headers["vary"] == "Accept, Accept-Encoding"

    def test_another_file_is_asked_for_anew(self, page: TestClient) -> None:
        answer = page.get("/favicon.svg")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["cache-control"] == "no-cache"

    @pytest.mark.parametrize("address", ["/", ASSET, "/favicon.svg"])
    def test_304_to_whoever_has_it(self, page: TestClient, address: str) -> None:
        tag = page.get(address).headers["etag"]
        answer = page.get(address, headers={"If-None-Match": f'"x", W/{tag}'})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert answer.headers["cache-control"]
        assert page.get(address, headers={"If-None-Match": '"x"'}).status_code == 200

    def test_compressed_where_that_is_taken(self, page: TestClient) -> None:
        with page.stream("GET", ASSET, headers={"Accept-Encoding": "br, gzip"}) as answer:
            packed = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["content-length"] == str(len(packed))
        assert gzip.decompress(packed) == SCRIPT
        assert len(packed) < len(SCRIPT) / 10
        plain = page.get(ASSET, headers={"Accept-Encoding": "gzip;q=0, br"})
        assert "content-encoding" not in plain.headers
        assert plain.headers["content-length"] == str(len(SCRIPT))
        assert plain.headers["etag"] != answer.headers["etag"]  # they are not the same bytes

    def test_what_is_compressed_already_goes_as_it_is(self, page: TestClient) -> None:
        answer = page.get("/assets/font-0a1b2c3d.woff2", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in answer.headers

    def test_head_is_what_get_is_without_the_content(self, page: TestClient) -> None:
        for address in ("/", ASSET):
            head, whole = page.head(address), page.get(address)
            assert (head.status_code, head.content) == (200, b"")
            for name in ("content-length", "content-type", "etag", "cache-control"):
                assert head.headers[name] == whole.headers[name]

    def test_loads_nothing_from_elsewhere(self, page: TestClient) -> None:
        for address in ("/", ASSET):
            headers = page.get(address).headers
            assert headers["content-security-policy"] == POLICY
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert headers["x-request-id"]
        assert "unsafe" not in POLICY
        assert "script-src" not in page.get("/health").headers["content-security-policy"]


class TestGate:
    def test_not_under_another_name(self, page: TestClient) -> None:
        assert_problem(page.get("/", headers={"Host": "evil.example"}), 421, "misdirected-request")

    def test_uses_up_none_of_what_the_public_may_ask(self, city: Home, built: Path, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        settings = Settings(poll=0.05, public_rate=2, page_files=built)
        with client_of(create_app(home, settings)) as client:
            assert {client.get(ASSET).status_code for _ in range(9)} == {200}
            asked = [client.get("/assets/none.js").status_code for _ in range(3)]
            assert asked == [404, 404, 429]  # what is not the page's is counted
            assert client.get("/").status_code == 200

    def test_is_called_by_one_word(self, page: TestClient, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO", "api.requests")
        page.get("/suppliers/91420100MA4KXMPL1B", headers=BROWSER)
        assert "91420100MA4KXMPL1B" not in caplog.text
        assert "page" in caplog.text


class TestNotBuilt:
    def test_says_so_in_both_languages(self, bare: TestClient) -> None:
        assert_problem(bare.get("/"), 503, "page-not-built", "scripts/page build", "/openapi.json")
        answer = bare.get("/sites/1", headers={**BROWSER, "Accept-Language": "zh-CN"})
        assert "未附带网页" in answer.json()["detail"]

    def test_and_the_api_answers(self, bare: TestClient) -> None:
        assert bare.get("/health", headers=BROWSER).status_code == 200
        assert_problem(bare.get("/v1/nothing", headers=BROWSER), 404, "not-found")
