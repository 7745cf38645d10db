"""What the scripts say on a machine where they can set nothing up: one sentence, and exit code 3."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ENVIRONMENT = Path(__file__).parents[2] / "scripts" / "environment"
# All that it calls before it looks for Python; apt-get is not among them, so that nothing gets installed.
PROGRAMS = ("cat", "cut", "dirname", "flock", "id", "mkdir", "rm", "sha256sum", "uname")

NO_PYTHON = "shecang: there is no Python 3.11, 3.12 or 3.13 on the path: install one of them\n"
NO_PYTHON_ZH = "社仓：找不到 Python 3.11、3.12 或 3.13：请先安装其中之一\n"
NO_VENV = "shecang: python3 has no venv module: install it ('apt-get install python3-venv' as root)\n"
NO_VENV_ZH = "社仓：python3 没有 venv 模块：请先安装（以 root 运行 apt-get install python3-venv）\n"

# A python3 that is new enough and, like Debian's, has not all the modules that make environments.
BARE_PYTHON = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in a directory with a space in its name, and a path that holds PROGRAMS alone."""
    clone, programs = tmp_path / "county office", tmp_path / "bin"
    (clone / "scripts").mkdir(parents=True)
    shutil.copy(ENVIRONMENT, clone / "scripts")
    programs.mkdir()
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    return clone


def set_up(clone: Path, kind: str, **languages: str) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    assert bash
    names = {"SHECANG_LANG", "LC_ALL", "LANG"}
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [bash, "-c", 'set -euo pipefail; . "$0" "$1"; echo "went on"', clone / "scripts/environment", kind],
        env=inherited | {"PATH": str(clone.parent / "bin")} | languages,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("kind", ["run", "test"])
@pytest.mark.parametrize(("language", "sentence"), [("en", NO_PYTHON), ("zh", NO_PYTHON_ZH)])
def test_a_machine_without_python_is_told_which_to_install(
    clone: Path, kind: str, language: str, sentence: str
) -> None:
    done = set_up(clone, kind, SHECANG_LANG=language)

    assert (done.returncode, done.stdout, done.stderr) == (3, "", sentence)
    assert sorted(path.name for path in clone.iterdir()) == [".tools", "scripts"]


@pytest.mark.parametrize("kind", ["run", "test"])
@pytest.mark.parametrize(("language", "sentence"), [("en", NO_VENV), ("zh", NO_VENV_ZH)])
def test_a_python_without_venv_is_told_where_it_comes_from(
    clone: Path, kind: str, language: str, sentence: str
) -> None:
    python = clone.parent / "bin" / "python3"
    python.write_text(BARE_PYTHON)
    python.chmod(0o755)

    done = set_up(clone, kind, SHECANG_LANG=language)

    assert (done.returncode, done.stdout, done.stderr) == (3, "", sentence)
    assert sorted(path.name for path in clone.iterdir()) == [".tools", "scripts"]


@pytest.mark.parametrize("blocked", [".tools", ".tools/lock"])
def test_a_clone_that_cannot_be_written_is_named(clone: Path, blocked: str) -> None:
    # Of the other kind than it should be, since root may write whatever the modes say.
    if blocked == ".tools":
        (clone / blocked).touch()
    else:
        (clone / blocked).mkdir(parents=True)

    done = set_up(clone, "run", SHECANG_LANG="en")

    sentence = f"shecang: cannot write in {clone}/.tools: run this as the owner of the clone\n"
    assert (done.returncode, done.stdout, done.stderr) == (3, "", sentence)


@pytest.mark.parametrize(
    ("languages", "sentence"),
    [
        ({}, NO_PYTHON),
        ({"LANG": "zh_CN.UTF-8"}, NO_PYTHON_ZH),
        ({"LANG": "de_DE.UTF-8"}, NO_PYTHON),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "C.UTF-8"}, NO_PYTHON_ZH),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, NO_PYTHON_ZH),
        ({"SHECANG_LANG": "en", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}, NO_PYTHON),
        ({"SHECANG_LANG": "ZH"}, NO_PYTHON_ZH),
    ],
)
def test_the_language_is_chosen_as_the_command_line_chooses_it(
    clone: Path, languages: dict[str, str], sentence: str
) -> None:
    # Where the locale is not installed, bash says so first.
    assert set_up(clone, "run", **languages).stderr.splitlines(keepends=True)[-1] == sentence


NO_BROWSER = (
    "shecang: there is no chromium with Chinese fonts: install it "
    "('apt-get install chromium fontconfig fonts-noto-cjk' as root)\n"
)
NO_BROWSER_ZH = (
    "社仓：找不到带中文字体的 chromium：请先安装"
    "（以 root 运行 apt-get install chromium fontconfig fonts-noto-cjk）\n"
)
INSTALLING = "shecang: installing Debian's chromium fontconfig fonts-noto-cjk\n"


class TestBrowser:
    @pytest.fixture
    def functions(self, clone: Path) -> Path:
        """The functions alone, without the last line, which sets up all that comes before a browser."""
        lines = ENVIRONMENT.read_text(encoding="utf-8").splitlines(keepends=True)
        (clone / "scripts/environment").write_text("".join(lines[:-1]), encoding="utf-8")
        (clone / ".tools").mkdir()
        found = shutil.which("grep")
        assert found
        (clone.parent / "bin/grep").symlink_to(found)
        return clone

    def require(self, clone: Path, **languages: str) -> tuple[int, str, str]:
        with (clone / "scripts/environment").open("a") as file:
            file.write("require_browser\n")
        done = set_up(clone, "browse", **languages)
        return done.returncode, done.stdout, done.stderr

    @pytest.mark.parametrize(("language", "sentence"), [("en", NO_BROWSER), ("zh", NO_BROWSER_ZH)])
    @pytest.mark.parametrize("there", [(), ("chromium",), ("fc-list",)])
    def test_a_machine_without_one_is_told_what_to_install(
        self, functions: Path, there: tuple[str, ...], language: str, sentence: str
    ) -> None:
        for name in there:
            add(functions, name, "echo Noto Sans CJK SC" if name == "fc-list" else "")

        assert self.require(functions, SHECANG_LANG=language) == (3, "", sentence)

    def test_fonts_that_show_no_chinese_are_not_enough(self, functions: Path) -> None:
        add(functions, "chromium", "")
        add(functions, "fc-list", "")

        assert self.require(functions, SHECANG_LANG="en") == (3, "", NO_BROWSER)

    def test_nothing_is_installed_where_both_are_there(self, functions: Path) -> None:
        add(functions, "chromium", "")
        add(functions, "fc-list", "echo Noto Sans CJK SC")
        add(functions, "apt-get", "exit 1")

        assert self.require(functions, SHECANG_LANG="en") == (0, "went on\n", "")

    def test_root_fetches_them_and_says_so(self, functions: Path) -> None:
        programs = functions.parent / "bin"
        add(functions, "id", "echo 0")
        add(functions, "chmod", 'exec /bin/chmod "$@"')
        browser = f"echo '#!/bin/sh' >'{programs}/chromium'; chmod +x '{programs}/chromium'"
        add(functions, "fc-list", f"[ -e '{programs}/chromium' ] && echo Noto Sans CJK SC")
        add(functions, "apt-get", f'case "$*" in *install*chromium*noto*) {browser} ;; esac')

        assert self.require(functions, SHECANG_LANG="en") == (0, "went on\n", INSTALLING)


def add(clone: Path, name: str, body: str) -> None:
    """Put a program of our own on the path of a clone."""
    program = clone.parent / "bin" / name
    program.unlink(missing_ok=True)
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
