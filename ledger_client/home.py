"""A ledger's home: the directory in which an office keeps what belongs to one ledger.

::

    deployment.json   where the contracts are and what code they have; copied to whoever joins
    node              address of the node, where it is not the embedded chain of this home
    chain/            the embedded chain
    keys/             key files, one a holder
    records.key       key of the records store (0600)
    records.db        names, bodies and salts
    outbox.db         what was signed here, until it is recorded and after
    index.db          what the events say; may be deleted and rebuilt at any time
    index-address     address of a PostgreSQL database that holds the index instead (0600)
    trust.json        the trust file that this office has accepted
    checkpoints/      statements of witnesses, its own and copies of others'
    drafts.jsonl      needs of which something is still to be answered
    unsigned.db       documents that wait for signers who are elsewhere, with their bodies
    unsigned/         the same as files to pass on, without
    plans/            plans of the matching that were submitted or offered here, by anchor
    plans-offered.json  of these, the ones that were made over HTTP and are not recorded

The three databases are apart because they live apart: the index may be thrown away, the outbox may not, and
the records hold what may have to be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger_client.errors import UnavailableError
from ledger_client.files import FileUnavailableError, read_limited, replace_private, write_new_private

_ADDRESS_LIMIT = 2_048  # bytes
_INDEX_ADDRESS = "index-address"


class HomeMissingError(UnavailableError):
    """There is no ledger in a directory."""

    en = "there is no ledger in {path}; make one with `shecang init`, or name another directory with --home"
    zh = "{path} 中没有账本；请用 `shecang init` 新建，或用 --home 指定其他目录"


@dataclass(frozen=True, slots=True)
class Home:
    """The directory of one ledger and the places in it.

    Attributes:
        path: The directory.
    """

    path: Path

    @classmethod
    def existing(cls, path: Path) -> Home:
        """Return the home at `path`.

        Raises:
            HomeMissingError: No ledger was set up there.
        """
        home = cls(path)
        if not home.deployment.is_file():
            raise HomeMissingError(path=path)
        return home

    @property
    def deployment(self) -> Path:
        """The deployment record."""
        return self.path / "deployment.json"

    @property
    def chain(self) -> Path:
        """The directory of the embedded chain."""
        return self.path / "chain"

    @property
    def keys(self) -> Path:
        """The directory of key files."""
        return self.path / "keys"

    @property
    def records_key(self) -> Path:
        """The key of the records store."""
        return self.path / "records.key"

    @property
    def records(self) -> Path:
        """The records store."""
        return self.path / "records.db"

    @property
    def outbox(self) -> Path:
        """The outbox."""
        return self.path / "outbox.db"

    @property
    def index(self) -> Path:
        """The index."""
        return self.path / "index.db"

    @property
    def trust(self) -> Path:
        """The accepted trust file."""
        return self.path / "trust.json"

    @property
    def checkpoints(self) -> Path:
        """The directory of witnesses' statements."""
        return self.path / "checkpoints"

    @property
    def drafts(self) -> Path:
        """The needs of which something is still to be answered."""
        return self.path / "drafts.jsonl"

    @property
    def unsigned(self) -> Path:
        """The documents that wait for signatures."""
        return self.path / "unsigned.db"

    @property
    def plans(self) -> Path:
        """The directory of the plans that were submitted."""
        return self.path / "plans"

    @property
    def index_location(self) -> str | Path:
        """Where the index is: the database that the file `index-address` names, else the index of this home.

        Raises:
            FileUnavailableError: The file cannot be read.
        """
        file = self.path / _INDEX_ADDRESS
        if not file.is_file():
            return self.index
        return read_limited(file, _ADDRESS_LIMIT).decode("utf-8", "replace").strip()

    def use_index(self, address: str) -> None:
        """Keep the index in the PostgreSQL database at `address` from now on; what it holds is rebuilt there.

        Raises:
            FileUnavailableError: The file cannot be written.
            DiskFullError: The disk is full.
        """
        replace_private(self.path / _INDEX_ADDRESS, address.encode())

    def use_own_index(self) -> None:
        """Keep the index in this home again.

        Raises:
            FileUnavailableError: The file cannot be removed.
        """
        file = self.path / _INDEX_ADDRESS
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise FileUnavailableError(path=file, reason=error.strerror) from error

    @property
    def node(self) -> str:
        """The address of the node: what the file `node` says, else the embedded chain of this home.

        Raises:
            FileUnavailableError: The file cannot be read.
        """
        file = self.path / "node"
        if not file.is_file():
            return str(self.chain)
        return read_limited(file, _ADDRESS_LIMIT).decode("utf-8", "replace").strip()

    def use_node(self, address: str) -> None:
        """Connect this home to a node elsewhere, once and for all.

        Raises:
            FileExistsAlreadyError: It is connected to another one already.
        """
        if self.node == address:
            return
        write_new_private(self.path / "node", address.encode())
