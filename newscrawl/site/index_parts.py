"""Makes the parts of the search index that are not as they were, while pages are rendered.

In: the stories, one after the other. Out: the files of the parts. Pagefind is a process of its own, so that this takes
the second core of a machine.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from newscrawl.site import search
from newscrawl.site.pagefind import Record, indexed
from newscrawl.site.publishing import Shard, SiteError
from newscrawl.site.stories import key_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from newscrawl.site.files import Files


class IndexParts:
    """Used as a context: where that breaks off, a part that is being made is waited for, some seconds at most."""

    def __init__(self, told: Mapping[str, str], before: Collection[Shard]) -> None:
        """`told`: for each story what differs as soon as it would be found or shown otherwise, newest first; `before`:
        the parts that are there, whole.
        """
        kept, wanted = search.planned(told, before)
        self.shards = kept
        self._retired = {shard.name for shard in before} - {shard.name for shard in kept}
        self._told = told
        self._new = [search.named({id_: told[id_] for id_ in ids}) for ids in wanted]
        self._part_of = {id_: number for number, shard in enumerate(self._new) for id_ in shard.stories}
        self._records: list[list[Record]] = [[] for _ in self._new]
        self._indexed: dict[int, Future[dict[str, bytes]]] = {}
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    @property
    def wanted(self) -> set[str]:
        """The ids of the stories that `take` waits for."""
        return set(self._part_of)

    def take(self, id_: str, record: Record) -> None:
        number = self._part_of[id_]
        self._records[number].append(record)
        if len(self._records[number]) == len(self._new[number].stories):
            self._indexed[number] = self._pool.submit(indexed, self._records[number])
            self._records[number] = []

    def put(self, files: Files, before: Mapping[str, str], engine_key: str) -> None:
        """All files of the search into the site; `before`: the keys of those that are there. Raises SiteError.

        Parts that do not stay lie there for one build more: a search page that is open asks for them.
        """
        kept = {shard.name for shard in self.shards}
        for path, key in before.items():
            if not path.startswith(search.FOLDER):
                continue
            folder, _, rest = path.removeprefix(search.FOLDER).partition("/")
            if rest and folder in kept and not files.link(path, key):
                raise SiteError(f"{path} of the site went while it was read; build it again")
            if (path == search.ENGINE or (rest and folder in self._retired)) and not files.link(path, key):
                del files.keys[path]
        for number, future in sorted(self._indexed.items()):
            shard, found = self._new[number], future.result()
            shard.found = search.found_in(shard, found)
            for path, content in search.part_scripts(shard, found).items():
                files.keys[path] = shard.name
                files.write(path, content)
            if search.ENGINE not in files.keys:
                files.keys[search.ENGINE] = engine_key
                files.write(search.ENGINE, search.engine_script(found))
            self.shards.insert(0, shard)
        script = search.shards_script(self.shards, self._told)
        files.add(search.SHARDS, key_of(script), lambda: script)
