"""A pytest plugin: a throwaway PostgreSQL and Redis, started before Django reads its settings.

The controller starts them; its xdist workers find them through the environment, each with a database and a Redis database of
its own. They may run beside a running app and beside other test runs.
"""

import os
import shutil
import tempfile
from pathlib import Path

from config.stack import places, postgres, redis, servers

FOLDER = "WINDFALL_TEST_SERVERS"
running: list = []




def use(var: Path, worker: str) -> None:
    number = int(worker.removeprefix("gw") or 0) + 1 if worker else 0
    os.environ["WINDFALL_VAR"] = str(var / f"var{number}")
    os.environ["DATABASE_URL"] = places.database_url(var)
    os.environ["REDIS_URL"] = places.redis_url(var, number)
    os.environ["WINDFALL_DEMO"] = "1"
    os.environ.pop("WINDFALL_MODE", None)


worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker:
    use(Path(os.environ[FOLDER]), worker)
else:
    var = Path(tempfile.mkdtemp(prefix="windfall-test-"))
    os.environ[FOLDER] = str(var)
    running = [postgres.configure(postgres.prepare(var), postgres.THROWAWAY), redis.prepare(var, durable=False)]
    servers.start(running, var)
    use(var, "")


def pytest_unconfigure(config) -> None:
    if running:
        servers.stop(running)
        running.clear()
        shutil.rmtree(places.sockets(Path(os.environ[FOLDER])), ignore_errors=True)
        shutil.rmtree(os.environ[FOLDER], ignore_errors=True)
