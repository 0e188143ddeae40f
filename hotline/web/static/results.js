// Swaps in newer figures without a flicker. Everything on the page works without it.
"use strict";

const EVERY_MS = 10_000;
let etag = null;

function opened() {
  return new Set([...document.querySelectorAll("details[open]")].map((details) => details.id));
}

function show(text) {
  const next = new DOMParser().parseFromString(text, "text/html");
  const main = next.querySelector("main");
  const current = document.querySelector("main");
  if (!main || !current || main.dataset.publication === undefined) return;
  const open = opened();
  for (const details of main.querySelectorAll("details")) details.open = open.has(details.id);
  if (main.isEqualNode(current)) return;
  const focused = document.activeElement?.getAttribute("href");
  document.title = next.title;
  current.replaceWith(document.adoptNode(main));
  if (focused) main.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

async function look() {
  if (document.hidden) return;
  let failed = true;
  try {
    const response = await fetch(location.href, { cache: "no-cache" });
    if (response.ok) {
      failed = false;
      const newest = response.headers.get("ETag");
      if (newest === null || newest !== etag) show(await response.text());
      etag = newest;
    }
  } catch {
    // No network: what is shown stands, and says so.
  }
  const notice = document.getElementById("not-updated");
  if (notice) notice.hidden = !failed;
}

setInterval(look, EVERY_MS);
document.addEventListener("visibilitychange", look);
