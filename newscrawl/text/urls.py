"""Decides which address is an article's identity.

In: an address as a page or source wrote it. Out: its canonical form on one outlet (`Site.canonical`), or None where it
is not on that outlet.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import quote, urljoin, urlsplit

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
LONGEST = 2083
"""Characters of an address, as long as any browser has ever taken it."""
_TRACKING = re.compile(
    r"utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|igsh(?:id)?|mc_[ce]id|_ga|_gl|_hs\w+|mkt_tok"
    r"|vero_\w+|ref_(?:src|url)|__twitter_impression|fb_(?:action|comment)_\w+|at_(?:medium|campaign)|s_cid|ncid|icid"
    r"|wt_mc|xtor|share|replytocom|amp|phpsessid|jsessionid|aspsessionid\w*|session_?id|cfid|cftoken",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[A-Za-z0-9\-._~/=]*")
_PLAIN_ADDRESS = re.compile(r"(?:https?://[A-Za-z0-9.-]+(?=/))?((?!//)/[A-Za-z0-9\-._~%/]*)(?:\?[A-Za-z0-9\-._~%=&]*)?")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_FILE = re.compile(
    r"\.(?:xml|rss|atom|json|html?|php|aspx?|txt|pdf|gz|jpe?g|png|gif|webp|svg|ico|css|js|mp[34])$", re.IGNORECASE
)
_WORDS = re.compile(r"(?:[a-z0-9_-]+/)*(?:[a-z0-9_-]+)?")
_SLASHES = re.compile("/{2,}")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Site:
    """Where an outlet lives and how it writes its addresses."""

    host: str
    """The canonical host, with ":port" where that is not the scheme's own."""
    aliases: frozenset[str] = frozenset()
    """Other hosts that serve the same pages."""
    scheme: str = "https"
    trailing_slash: bool | None = None
    """True adds one, False strips it, None leaves paths as they are. Files (/feed.xml) never get one."""
    lower_case: bool = False
    """Whether paths are the same in any case."""
    ignored: frozenset[str] = frozenset()
    """Query parameters that never change what this outlet answers, beside the tracking parameters known to all."""
    mirror: str | None = None
    """A further origin of the outlet, set by `mirrored`."""
    longest: int = LONGEST
    """How many characters an address of the outlet may have."""

    def canonical(self, url: str, base: str | None = None) -> str | None:
        """The one form of this address, or None where it is no http(s) address of the outlet, or too long for one.

        `base` is the address that a relative one is resolved against. Never raises.
        """
        found = url if self._is_canonical(url) else self._in_one_form(url, base)
        return found if found is not None and len(found) <= self.longest else None

    def _in_one_form(self, url: str, base: str | None) -> str | None:
        try:
            parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
            host = _host(parts.scheme, parts.hostname, parts.port)
        except ValueError:
            return None
        path = self._own_path(f"{parts.scheme}://{host}", host, parts.path)
        if host is None or path is None:
            return None
        query = self._query(parts.query)
        return f"{self.scheme}://{self.host}{self._path(path)}{'?' if query else ''}{query}"

    def _is_canonical(self, url: str) -> bool:
        """Whether an address is in its one form at a glance, as most are: lower-case words, and nothing to undo."""
        root = f"{self.scheme}://{self.host}/"
        if self.trailing_slash is None or not url.startswith(root):
            return False
        end = url[-1] == "/"
        return end == (self.trailing_slash or len(url) == len(root)) and _WORDS.fullmatch(url, len(root)) is not None

    def mirrored(self, origin_url: str) -> "Site":
        """This outlet, found at a further origin too: http://127.0.0.1:8081, or with a path before the site's root."""
        return replace(self, mirror=origin_url.strip().rstrip("/"))

    def at_mirror(self, url: str) -> str:
        """Where to fetch an address of this outlet: at the mirror where there is one, else at itself."""
        if self.mirror is None or url == self.mirror or url.startswith(self.mirror + "/"):
            return url
        try:
            parts = urlsplit(url)
            host = _host(parts.scheme, parts.hostname, parts.port)
        except ValueError:
            return url
        if host != self.host and host not in self.aliases:
            return url
        return self.mirror + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _own_path(self, origin: str, host: str | None, path: str) -> str | None:
        """The path below the site's root; None where the address belongs to another site."""
        path = path or "/"
        if self.mirror is not None:
            parts = urlsplit(self.mirror)
            if origin == f"{parts.scheme}://{_host(parts.scheme, parts.hostname, parts.port)}":
                if not parts.path:
                    return path
                below = path.removeprefix(parts.path)
                if below != path and below[:1] in {"", "/"}:
                    return below or "/"
        return path if host == self.host or host in self.aliases else None

    def _path(self, path: str) -> str:
        path = _SESSION.sub("", path) if ";" in path else path
        path = _without_dots(_SLASHES.sub("/", _normal_escapes(path, safe="/:@!$&'()*+,;=~")))
        if self.lower_case:
            path = _upper_escapes(path.lower())
        if self.trailing_slash is None or path == "/" or _FILE.search(path):
            return path
        return path.rstrip("/") + ("/" if self.trailing_slash else "")

    def _query(self, query: str) -> str:
        if not query:
            return ""
        kept = []
        for pair in query.split("&"):
            name = pair.partition("=")[0]
            if name and name not in self.ignored and not _TRACKING.fullmatch(name):
                kept.append(_normal_escapes(pair, safe="/:@!$'()*+,;=~?[]"))
        return "&".join(sorted(kept))


def path_of(address: str) -> str:
    """The path of an address, as `urlsplit` gives it, which takes ten times as long. Raises ValueError as that does."""
    plain = _PLAIN_ADDRESS.fullmatch(address)
    return plain[1] if plain else urlsplit(address).path


def without_credentials(url: str) -> str:
    """The address without the name and password that it may hold before the host. Never raises."""
    scheme, separator, rest = url.partition("://")
    host = rest.partition("/")[0]
    return f"{scheme}{separator}{rest[host.rfind('@') + 1 :]}"


def _host(scheme: str, hostname: str | None, port: int | None) -> str | None:
    """Host and port as `Site` writes them; None where the address is not one of the web."""
    if scheme not in _DEFAULT_PORTS or not hostname:
        return None
    suffix = "" if port is None else f":{port}"
    return hostname.rstrip(".") + ("" if suffix == _DEFAULT_PORTS[scheme] else suffix)


def _normal_escapes(text: str, *, safe: str) -> str:
    """Escapes what must be (RFC 3986), unescapes what never needs it, hex digits in upper case: `%d8` is `%D8`."""
    if _PLAIN.fullmatch(text):
        return text
    whole = _LONE_PERCENT.sub("%25", text)
    return _ESCAPE.sub(_escape, quote(whole, safe=safe + "%", errors="replace"))


def _escape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else f"%{match[1].upper()}"


def _upper_escapes(path: str) -> str:
    return _ESCAPE.sub(lambda match: match[0].upper(), path) if "%" in path else path


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4: `/a/../b/./c` is `/b/c`."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
