"""The account that PostgreSQL runs as: it refuses to run as root."""

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
            [command, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=False
        )
    for name in (SYSTEM_USER, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StackError(
        "PostgreSQL cannot run as root, and no system user could be made for it. Start as an ordinary user."
    )


def own(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """A folder that only its owner may enter; made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    elif folder.stat().st_uid != os.getuid():
        raise StackError(f"{folder} belongs to somebody else. Remove it, or choose another WINDFALL_VAR.")
    folder.chmod(0o700)
    return folder


def open_path(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Let the server's account pass through the folders above, and no more: `x` for others, never `r`."""
    if account is None:
        return
    for parent in [folder, *folder.parents]:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
