// Searches the stories with Pagefind. Its files come as scripts, which a page may load that was opened from a disk; the
// words come from the address: search.html?q=…
"use strict";
(() => {
  const FOLDER = "search/";
  const AT_ONCE = 10;
  const files = new Map();
  const loading = new Map();
  let shards = {};
  let outdated = new Set();
  let begin;
  let webAssembly;

  window.newscrawlShards = (digits, names) => { shards = digits; outdated = new Set(names); };
  window.newscrawlFiles = (shard, found) => {
    for (const [path, content] of Object.entries(found)) files.set(`${shard}/${path}`, content);
  };
  window.newscrawlEngine = (binary, engine) => { webAssembly = binary; begin = engine; };

  function load(name, query = "") {
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${FOLDER}${name}.js${query}`;
        script.onload = resolve;
        script.onerror = () => { loading.delete(name); reject(new Error(`${name} cannot be loaded`)); };
        document.head.append(script);
      }));
    }
    return loading.get(name);
  }

  // Which script holds a file: what is found lies by the first digits of its hash.
  function scriptOf(shard, path) {
    const hash = path.match(/_([0-9a-f]+)\./)?.[1];
    if (path.startsWith("index/")) return `${shard}/${hash}`;
    if (path.startsWith("fragment/")) return `${shard}/found-${hash.slice(0, shards[shard])}`;
    return `${shard}/entry`;
  }

  async function fetchFile(address) {
    const [, shard, path] = address.match(/^\/s\/([^/]+)\/([^?]+)/);
    const isEngine = path.startsWith("wasm.");
    if (!isEngine) await load(scriptOf(shard, path));
    const content = isEngine ? webAssembly : files.get(`${shard}/${path}`);
    if (content === undefined) throw new Error(`${path} is missing`);
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    return { arrayBuffer: async () => bytes.buffer, json: async () => JSON.parse(new TextDecoder().decode(bytes)) };
  }

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    made.append(text);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    return made;
  }

  // Pagefind marks words in text that is escaped; only its marks become elements.
  function excerpt(marked) {
    const made = document.createDocumentFragment();
    for (const [number, part] of marked.split(/<\/?mark>/).entries()) {
      const text = part.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
      made.append(number % 2 ? element("mark", text) : text);
    }
    return made;
  }

  function card(found) {
    const { title, source, published, told, language, direction } = found.meta;
    const made = element("article", "", { class: "card" });
    const meta = element("p", element("bdi", source, { class: "source" }), { class: "meta" });
    meta.append(element("time", told, { datetime: published, title: told }));
    const heading = element("h2", element("a", title, { href: found.raw_url }), { lang: language, dir: direction });
    const text = element("div", element("p", excerpt(found.excerpt)), { class: "text", lang: language, dir: direction });
    made.append(meta, heading, text);
    return made;
  }

  const told = document.getElementById("found");
  const results = document.getElementById("results");
  const more = document.getElementById("more");

  function show(found) {
    let next = 0;
    const seen = new Set();
    async function showMore() {
      more.hidden = true;
      const some = await Promise.all(found.slice(next, next + AT_ONCE).map((result) => result.data()));
      next += AT_ONCE;
      for (const one of some) {
        const path = one.raw_url;
        if (seen.has(path)) continue;
        seen.add(path);
        results.append(card(one));
      }
      document.dispatchEvent(new Event("stories"));
      more.hidden = next >= found.length;
    }
    more.addEventListener("click", async () => {
      const last = results.lastElementChild;
      await showMore();
      last?.nextElementSibling?.querySelector("a").focus();
    });
    return showMore();
  }

  async function search(query) {
    await load("shards");
    const [first, ...others] = Object.keys(shards);
    if (!first) return [];
    await load("engine");
    const pagefind = begin(fetchFile).createInstance({ basePath: `/s/${first}/`, noWorker: true, excerptLength: 40 });
    for (const shard of others) await pagefind.mergeIndex(`/s/${shard}/`);
    // Parts keep what changed since they were made; it is not for showing, nor for counting.
    return (await pagefind.search(query)).results.filter((result) => !outdated.has(result.id));
  }

  // A list of parts that the browser kept may name some that are gone: then it is asked for anew, once.
  async function searchWhatIsThere(query) {
    try {
      return await search(query);
    } catch {
      loading.delete("shards");
      await load("shards", `?${Date.now()}`);
      return search(query);
    }
  }

  async function answer() {
    const query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
    document.getElementById("q").value = query;
    if (!query) {
      told.textContent = "Write a word or more above.";
      return;
    }
    told.textContent = "Searching …";
    try {
      const found = await searchWhatIsThere(query);
      const stories = found.length === 1 ? "1 story" : `${found.length || "No"} stories`;
      told.replaceChildren(`${stories} for “`, element("bdi", query), "”");
      await show(found);
    } catch (error) {
      told.textContent = "The search index cannot be loaded.";
      console.error(error);
    }
  }

  answer();
})();
