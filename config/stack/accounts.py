"""Who runs PostgreSQL, which refuses to run as root, and what belongs to whom."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

SYSTEM_USER = "windfall"


class StackError(Exception):
    """The local stack cannot start. Its words are for the person at the terminal."""


def server_account() -> pwd.struct_passwd | None:
    """None when we are an ordinary user, who runs the server himself; as root a system user, made on first use."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    if command := shutil.which("useradd"):
        subprocess.run(
            [command, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=False,
            capture_output=True,
        )
    for name in (SYSTEM_USER, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StackError(
        "PostgreSQL cannot run as root, and no system user could be made for it. Start as an ordinary user."
    )


def own(folder: Path, account: pwd.struct_passwd | None, mode: int = 0o700) -> Path:
    """A folder that only its owner may read; made if it is missing, refused if somebody else made it."""
    with_owner = account.pw_uid if account else os.getuid()
    folder.mkdir(parents=True, exist_ok=True, mode=mode)
    found = folder.lstat()  # not stat: somebody's link in /tmp would lead us elsewhere
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {with_owner, os.getuid()}:
        raise StackError(
            f"{folder} belongs to {name_of(found.st_uid)}. Start as that user, or choose another WINDFALL_VAR."
        )
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(mode)
    return folder


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def open_path(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Let the server's account pass through the folders above, and no more: `x` for others, never `r`."""
    if account is None:
        return
    for parent in {*(folder.parents), folder, *folder.resolve().parents, folder.resolve()}:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
