"""Static files of production: hashed names, also inside ES modules."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import "./x.js"` to the hashed names, so that modules need no bundler and may be cached for ever."""

    support_js_module_import_aggregation = True
