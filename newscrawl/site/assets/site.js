// Tells how long ago a time was, and keeps that true while the page stays open. Without it times stand in UTC.
"use strict";
(() => {
  const MINUTE = 60;
  const UNITS = [["minute", MINUTE], ["hour", 60 * MINUTE], ["day", 24 * 60 * MINUTE]];
  const DAYS_TOLD = 30;
  const ago = new Intl.RelativeTimeFormat("en", { numeric: "always" });

  function told(moment, now) {
    const seconds = (moment - now) / 1000;
    const past = Math.abs(seconds);
    if (past < MINUTE) return "just now";
    if (past > DAYS_TOLD * UNITS[2][1]) return null;
    const [name, length] = UNITS.findLast(([, size]) => past >= size);
    return ago.format(Math.trunc(seconds / length), name);
  }

  function tellAll() {
    const now = Date.now();
    for (const time of document.querySelectorAll("time[title]")) {
      const text = told(Date.parse(time.dateTime), now) ?? time.title;
      if (time.textContent !== text) time.textContent = text;
    }
  }

  tellAll();
  setInterval(tellAll, 20_000);
  document.addEventListener("visibilitychange", tellAll);
  document.addEventListener("stories", tellAll);
})();
