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

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newscrawl.site.files import Files


class IndexParts:
    """Used as a context: what still runs at its end is not waited for."""

    def __init__(self, digests: Mapping[str, str], before: Iterable[Shard]) -> None:
        kept, wanted = search.planned(digests, before)
        self.shards = kept
        self._digests = digests
        self._new = [search.named({id_: digests[id_] for id_ in ids}) for ids in wanted]
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
        """All files of the search into the site; `before`: the keys of those that are there. Raises SiteError."""
        kept = {shard.name for shard in self.shards}
        for path, key in before.items():
            folder, _, rest = path.removeprefix(search.FOLDER).partition("/")
            is_kept = path.startswith(search.FOLDER) and (folder in kept if rest else path == search.ENGINE)
            if is_kept and not files.link(path, key):
                raise SiteError(f"{path} of the site is missing; remove the site to build it anew")
        for number, future in sorted(self._indexed.items()):
            shard, found = self._new[number], future.result()
            for path, content in search.part_scripts(shard, found).items():
                files.keys[path] = shard.name
                files.write(path, content)
            if search.ENGINE not in files.keys:
                files.keys[search.ENGINE] = engine_key
                files.write(search.ENGINE, search.engine_script(found))
            self.shards.insert(0, shard)
        script = search.shards_script(self.shards, self._digests)
        files.add(search.SHARDS, search.key(script), lambda: script)
