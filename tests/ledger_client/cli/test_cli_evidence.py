"""Trust, checkpoints, evidence and verification by command: the operator, and somebody without a ledger."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from office import OTHER_SITE, RICE_BAGS, SITE, OfficeShell

WITNESSES = ("witness-a", "witness-b", "witness-c")


@pytest.fixture(scope="module")
def fingerprint(shell: OfficeShell, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A trust file, its checkpoint by two witnesses, and the fingerprint that was read out."""
    for name in WITNESSES:
        shell.ok("keys", "new", name, "--demo")
    offer = tmp_path_factory.mktemp("trust") / "offer.json"
    named = [word for name in WITNESSES for word in ("--witness", name)]
    answer = shell.ok("trust", "init", *named, "--threshold", "2", "--every", "2", "-o", str(offer))
    for name in WITNESSES[:2]:
        shell.ok("checkpoint", "sign", "--by", name, "--first")
    return answer.out.splitlines()[0].removeprefix("fingerprint "), offer


@pytest.fixture
def auditor(fingerprint: tuple[str, Path], tmp_path: Path) -> tuple[OfficeShell, Path]:
    """Somebody without a ledger, who has accepted the trust file."""
    alone, trust = OfficeShell(tmp_path / "nothing"), tmp_path / "trust.json"
    alone.ok("trust", "accept", str(fingerprint[1]), "--fingerprint", fingerprint[0], "-o", str(trust))
    return alone, trust


@pytest.fixture
def file(shell: OfficeShell, fingerprint: tuple[str, Path], tmp_path: Path) -> Path:
    """The evidence of a site."""
    path = tmp_path / "card.jsonl.gz"
    shell.ok("evidence", "export", "--site", SITE, "--names", "-o", str(path))
    return path


class TestTrust:
    def test_the_fingerprint_has_eight_groups(self, fingerprint: tuple[str, Path]) -> None:
        assert [len(group) for group in fingerprint[0].split(" ")] == [8] * 8

    def test_is_not_accepted_without_it(self, fingerprint: tuple[str, Path], tmp_path: Path) -> None:
        alone = OfficeShell(tmp_path / "nothing")
        refused = alone.run("trust", "accept", str(fingerprint[1]), "-o", str(tmp_path / "trust.json"))
        assert refused.code == 2 and "--fingerprint" in refused.err
        other = "0" * 64
        refused = alone.run(
            "trust", "accept", str(fingerprint[1]), "--fingerprint", other, "-o", str(tmp_path / "trust.json")
        )
        assert refused.code == 1 and fingerprint[0] in refused.err
        assert not (tmp_path / "trust.json").exists()

    def test_an_offer_is_not_verified_against(
        self, fingerprint: tuple[str, Path], file: Path, tmp_path: Path
    ) -> None:
        alone = OfficeShell(tmp_path / "nothing")
        refused = alone.run("verify", str(file), "--trust", str(fingerprint[1]))
        assert refused.code == 3 and "trust accept" in refused.err

    def test_witnesses_change_by_approval_of_the_old_ones(
        self, shell: OfficeShell, auditor: tuple[OfficeShell, Path], tmp_path: Path
    ) -> None:
        alone, trust = auditor
        new = str(tmp_path / "new.json")
        shell.ok("keys", "new", "witness-d", "--demo")
        named = ("--witness", "witness-a", "--witness", "witness-d")
        shell.ok("trust", "succeed", *named, "--threshold", "2", "-o", new)
        shell.ok("trust", "approve", new, "--by", "witness-a")
        too_few = alone.run("trust", "accept", new, "-o", str(trust))
        assert too_few.code == 1 and "2 are needed" in too_few.err
        assert shell.run("trust", "approve", new, "--by", "witness-d").code == 1
        shell.ok("trust", "approve", new, "--by", "witness-c")
        alone.ok("trust", "accept", new, "-o", str(trust))
        assert len(alone.ok("trust", "show", str(trust), "--json").json()["trust"]["witnesses"]) == 2


class TestVerify:
    def test_offline_and_remembered(self, auditor: tuple[OfficeShell, Path], file: Path) -> None:
        alone, trust = auditor
        answer = alone.ok("verify", str(file), "--trust", str(trust), "--json").json()

        assert answer["exit_code"] == 0
        states = {each["question"]: each["answer"] for each in answer["answers"]}
        assert set(states.values()) == {"proved"}
        head = alone.ok("trust", "show", str(trust), "--json").json()["head"]
        assert head["number"] == answer["block"]

    def test_answers_where_nothing_can_be_remembered(
        self, auditor: tuple[OfficeShell, Path], file: Path
    ) -> None:
        alone, trust = auditor
        trust.with_name(f".{trust.name}.lock").mkdir()

        answer = alone.run("verify", str(file), "--trust", str(trust))

        assert (answer.code, answer.out.count("proved")) == (0, 9)
        assert "does not remember block" in answer.err

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_one_page(self, auditor: tuple[OfficeShell, Path], file: Path, language: str) -> None:
        alone, trust = auditor
        answer = alone.run(
            "verify",
            str(file),
            "--trust",
            str(trust),
            "--print",
            language=language,  # type: ignore[arg-type]
        )
        assert answer.code == 0
        assert ("Stock card of site" if language == "en" else "库存卡") in answer.out
        assert RICE_BAGS in answer.out

    def test_a_changed_copy(self, auditor: tuple[OfficeShell, Path], file: Path, tmp_path: Path) -> None:
        alone, trust = auditor
        text = gzip.decompress(file.read_bytes())
        tampered = tmp_path / "tampered.jsonl"
        tampered.write_bytes(text.replace(b'"reason":0', b'"reason":1', 1))
        answer = alone.run("verify", str(tampered), "--trust", str(trust))
        assert answer.code == 1
        assert "WRONG" in answer.out
        assert alone.ok("trust", "show", str(trust), "--json").json()["head"] is None

    def test_another_name(self, auditor: tuple[OfficeShell, Path], file: Path, tmp_path: Path) -> None:
        alone, trust = auditor
        renamed = tmp_path / "renamed.jsonl"
        text = gzip.decompress(file.read_bytes()).decode()
        assert '"zh":"储备点"' in text
        renamed.write_text(text.replace('"zh":"储备点"', '"zh":"储备站"'), encoding="utf-8")
        answer = alone.run("verify", str(renamed), "--trust", str(trust), "--json")
        states = {each["question"]: each["answer"] for each in answer.json()["answers"]}
        assert answer.code == 1
        assert [question for question, state in states.items() if state == "wrong"] == ["names"]

    def test_without_a_trust_file(self, file: Path, tmp_path: Path) -> None:
        answer = OfficeShell(tmp_path / "nothing").run("verify", str(file))
        assert answer.code == 3 and "trust accept" in answer.err

    @pytest.mark.parametrize(
        "content", [b"", b"PK\x03\x04", b"[" * 1_000_000, b"{}\n"], ids=lambda content: repr(content[:9])
    )
    def test_something_else(self, auditor: tuple[OfficeShell, Path], tmp_path: Path, content: bytes) -> None:
        alone, trust = auditor
        path = tmp_path / "other"
        path.write_bytes(content)
        answer = alone.run("verify", str(path), "--trust", str(trust))
        assert answer.code == 3
        assert answer.err.count("\n") == 1

    @pytest.mark.parametrize("path", ["/proc/self/mem", "/tmp", "/dev/null"])
    def test_what_cannot_be_read(self, auditor: tuple[OfficeShell, Path], path: str) -> None:
        alone, trust = auditor
        answer = alone.run("verify", path, "--trust", str(trust))
        assert answer.code == 3
        assert answer.err.count("\n") == 1

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_a_forged_page_is_not_printed(
        self, auditor: tuple[OfficeShell, Path], file: Path, tmp_path: Path, language: str
    ) -> None:
        alone, trust = auditor
        tampered = tmp_path / "tampered.jsonl"
        text = gzip.decompress(file.read_bytes())
        tampered.write_bytes(text.replace(b'"reason":0', b'"reason":1', 1))
        words = ("verify", str(tampered), "--trust", str(trust), "--print")
        answer = alone.run(*words, language=language)  # type: ignore[arg-type]
        assert answer.code == 1
        assert ("no stock card" if language == "en" else "不打印库存卡") in answer.out
        assert RICE_BAGS not in answer.out

    def test_a_file_that_is_not_there(self, auditor: tuple[OfficeShell, Path], tmp_path: Path) -> None:
        alone, trust = auditor
        assert alone.run("verify", str(tmp_path / "none"), "--trust", str(trust)).code == 3

    def test_an_earlier_state(
        self, shell: OfficeShell, auditor: tuple[OfficeShell, Path], file: Path, tmp_path: Path
    ) -> None:
        alone, trust = auditor
        block = alone.ok("verify", str(file), "--trust", str(trust), "--json").json()["block"]
        earlier = str(tmp_path / "earlier.jsonl")
        shell.ok("evidence", "export", "--site", SITE, "--block", str(block - 1), "-o", earlier)
        assert alone.ok("verify", earlier, "--trust", str(trust), "--json").json()["block"] == block - 1

        for name in WITNESSES[:2]:
            shell.ok("checkpoint", "sign", "--by", name)
        newer = str(tmp_path / "newer.jsonl")
        shell.ok("evidence", "export", "--site", SITE, "-o", newer)
        alone.ok("verify", newer, "--trust", str(trust))
        refused = alone.run("verify", earlier, "--trust", str(trust))
        assert refused.code == 1 and "--older" in refused.out
        alone.ok("verify", earlier, "--trust", str(trust), "--older")


class TestExport:
    def test_the_item_narrows_the_balances_and_says_so(
        self, shell: OfficeShell, fingerprint: tuple[str, Path], tmp_path: Path
    ) -> None:
        del fingerprint
        path = str(tmp_path / "rice.jsonl")
        answer = shell.ok("evidence", "export", "--site", SITE, "--item", RICE_BAGS, "-o", path)
        assert "all its lines" in answer.out

    def test_as_of_a_time(self, shell: OfficeShell, fingerprint: tuple[str, Path], tmp_path: Path) -> None:
        del fingerprint
        path = tmp_path / "then.jsonl"
        refused = shell.run("evidence", "export", "--site", SITE, "--as-of", "2001-01-01", "-o", str(path))
        assert refused.code == 2 and "2001-01-01" in refused.err
        both = ("--as-of", "2030-01-01", "--block", "3")
        assert shell.run("evidence", "export", "--site", SITE, *both, "-o", str(path)).code == 2
        assert not path.exists()

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (("--site", "420106001001999"), 2),
            (("--site", "1"), 2),
            (("--site", SITE, "--block", "100000"), 3),
            (("--site", SITE, "--without", "site"), 2),
            (("--site", SITE, "--checkpoints", "/nowhere"), 2),
        ],
        ids=str,
    )
    def test_refused(
        self,
        shell: OfficeShell,
        fingerprint: tuple[str, Path],
        tmp_path: Path,
        words: tuple[str, ...],
        code: int,
    ) -> None:
        del fingerprint
        refused = shell.run("evidence", "export", *words, "-o", str(tmp_path / "x.jsonl"))
        assert refused.code == code, refused.err
        assert refused.err.strip().count("\n") == 0
        assert list(tmp_path.iterdir()) == []

    def test_nothing_is_overwritten(self, shell: OfficeShell, file: Path) -> None:
        before = file.read_bytes()
        assert shell.run("evidence", "export", "--site", OTHER_SITE, "-o", str(file)).code == 2
        assert file.read_bytes() == before

    def test_the_same_evidence_is_the_same_file(self, shell: OfficeShell, file: Path, tmp_path: Path) -> None:
        again = tmp_path / "again.jsonl.gz"
        shell.ok("evidence", "export", "--site", SITE, "--names", "-o", str(again))
        assert again.read_bytes() == file.read_bytes()


class TestCheckpoint:
    def test_compare_and_watch(self, shell: OfficeShell, fingerprint: tuple[str, Path]) -> None:
        del fingerprint
        found = shell.ok("checkpoint", "compare", "--json").json()
        assert found["forks"] == [] and found["newest"]
        assert "no alarm" in shell.ok("checkpoint", "watch", "--once").out

    def test_a_key_that_never_signed(self, shell: OfficeShell, fingerprint: tuple[str, Path]) -> None:
        del fingerprint
        assert shell.run("checkpoint", "sign", "--by", "stranger", "--first").code == 1
        refused = shell.run("checkpoint", "sign", "--by", "witness-c")
        assert refused.code == 1 and "--first" in refused.err

    def test_two_processes_make_one_statement(
        self, shell: OfficeShell, fingerprint: tuple[str, Path], tmp_path: Path
    ) -> None:
        del fingerprint
        command = [sys.executable, "-c", "from ledger_client.cli import main; main()"]
        words = ["--home", str(shell.home), "checkpoint", "sign", "--by", "witness-c", "--first"]
        started = [
            subprocess.Popen([*command, *words, "--in", str(tmp_path), "--json"], stdout=subprocess.PIPE)
            for _ in range(2)
        ]
        made = [json.loads(each.communicate()[0]) for each in started]
        assert [each.returncode for each in started] == [0, 0]
        (file,) = tmp_path.glob("*.jsonl")
        stored = [json.loads(line) for line in file.read_text().splitlines()]
        assert len(stored) == sum(each["is_new"] for each in made)
        assert len({each["number"] for each in stored}) == len(stored)
        shell.ok("checkpoint", "compare", str(tmp_path))

    def test_nothing_to_compare(
        self, shell: OfficeShell, fingerprint: tuple[str, Path], tmp_path: Path
    ) -> None:
        del fingerprint
        assert shell.run("checkpoint", "compare", str(tmp_path)).code == 3

    def test_an_alarm_is_a_line_of_json_and_a_proof(
        self, shell: OfficeShell, fingerprint: tuple[str, Path], tmp_path: Path
    ) -> None:
        """A witness signs on another directory as if it never had: the same height, another predecessor."""
        del fingerprint
        own = shell.home / "checkpoints"
        (copy,) = [each for each in own.glob("*.jsonl") if len(each.read_text().splitlines()) > 1][:1]
        lines = copy.read_text().splitlines(keepends=True)
        (tmp_path / "fork").mkdir()
        first = json.loads(lines[0])
        name = next(
            each
            for each in WITNESSES
            if shell.ok("keys", "show", each).out.lower().find(first["witness"]) >= 0
        )
        shell.ok("checkpoint", "sign", "--by", name, "--first", "--in", str(tmp_path / "fork"))
        places = (str(own), str(tmp_path / "fork"))
        proof = tmp_path / "proof.json"
        alarm = shell.run("checkpoint", "watch", *places, "--once", "--proof", str(proof))
        assert alarm.code == 1
        assert json.loads(alarm.out.splitlines()[0])["alarm"] == "witness-convicted"
        again = shell.run("checkpoint", "compare", str(proof), "--proof", str(tmp_path / "again.json"))
        assert again.code == 1
        assert first["witness"] in proof.read_text()
