"""What Windfall serves of its npm packages: the files listed here, under `vendor/`, and nothing else of node_modules."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import Tags, Warning, register
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

NODE_MODULES = Path(settings.BASE_DIR) / "node_modules"

INTER = "@fontsource-variable/inter"
INTER_SUBSETS = ("latin", "latin-ext", "greek", "greek-ext", "cyrillic", "cyrillic-ext", "vietnamese")
# The address below STATIC_URL → the file below node_modules.
FILES = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/chart/chart.umd.min.js": "chart.js/dist/chart.umd.min.js",
    "vendor/inter/opsz.css": f"{INTER}/opsz.css",
} | {
    f"vendor/inter/files/inter-{subset}-opsz-normal.woff2": f"{INTER}/files/inter-{subset}-opsz-normal.woff2"
    for subset in INTER_SUBSETS
}
SOURCE_MAP = re.compile(rb"(/\*|//)# sourceMappingURL=\S+( ?\*/)?\s*$")


class NodeModulesStorage(FileSystemStorage):
    """node_modules under the addresses of FILES, without the links to source maps, which we don't serve."""

    def path(self, name: str) -> str:
        return str(NODE_MODULES / FILES[name])

    def _open(self, name: str, mode: str = "rb"):
        content = Path(self.path(name)).read_bytes()
        return ContentFile(SOURCE_MAP.sub(b"", content), name=name)


class NodeModulesFinder(BaseFinder):
    """Lets `static` and `collectstatic` find FILES. What is not installed is left out; the system check says so."""

    storage = NodeModulesStorage()

    def find(self, path: str, find_all: bool = False):
        file = NODE_MODULES / FILES[path] if path in FILES else None
        if file is None or not file.is_file():
            return []
        return [str(file)] if find_all else str(file)

    def list(self, ignore_patterns):
        for path, file in FILES.items():
            if (NODE_MODULES / file).is_file():
                yield path, self.storage


@register(Tags.staticfiles)
def front_end_is_installed(app_configs=None, **kwargs) -> list[Warning]:
    """A warning, not an error: a machine that got its static files collected elsewhere needs no node_modules."""
    collected = Path(settings.STATIC_ROOT)
    missing = [
        file for path, file in FILES.items() if not ((NODE_MODULES / file).is_file() or (collected / path).is_file())
    ]
    if not missing:
        return []
    return [
        Warning(
            f"The front-end packages are not installed: {missing[0]} is missing from {NODE_MODULES}.",
            hint="Start with `make run`, or run `npm ci` in the project's folder.",
            id="windfall.W001",
        )
    ]
