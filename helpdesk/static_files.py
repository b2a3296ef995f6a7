"""Static files of production: hashed names, also inside ES modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from servestatic.storage import CompressedManifestStaticFilesStorage

WIDGET_SOURCES = ("widget/", ".js")


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import "./x.js"` to the hashed names, so that modules need no bundler and may be cached for ever."""

    support_js_module_import_aggregation = True
    # A module's name follows from those it imports: a pass for each link of the longest chain, and one to see the end.
    max_post_process_passes = 50

    def post_process(self, paths: dict[str, Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        """The widget's sources stay as they are: pages load what is built of them, and their imports go in circles."""
        folder, ending = WIDGET_SOURCES
        loaded = {name: path for name, path in paths.items() if not (name.startswith(folder) and name.endswith(ending))}
        yield from super().post_process(loaded, *args, **kwargs)
