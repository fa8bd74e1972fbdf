"""A mistake that nobody foresaw: with this folder on Python's path, F12 in any field fails, with what is in it in local variables."""

import importlib.abc
import importlib.machinery
import sys


class _Breaks(importlib.abc.MetaPathFinder):
    """Lets Textual's own field be loaded, then changes it; nothing of the program under test is touched."""

    def find_spec(self, name, path=None, target=None):
        if name != "textual.widgets._input":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def load_and_break(module):
            load(module)
            before = module.Input._on_key

            async def on_key(field, event):
                if event.key == "f12":
                    value, told = field.value, f"cannot handle {field.value!r}"
                    raise RuntimeError(told, value)
                await before(field, event)

            module.Input._on_key = on_key

        spec.loader.exec_module = load_and_break
        return spec


sys.meta_path.insert(0, _Breaks())
