// Keeps the overview up to date. Without it, all of it works by reloading.
"use strict";

const body = document.body;
let etag = "";
let failed = 0;

async function refresh() {
  if (document.hidden) return; // nobody looks
  const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
  try {
    const answer = await fetch(body.dataset.state, { headers, cache: "no-store" });
    if (answer.status === 401) { location.reload(); return; }
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(String(answer.status));
      etag = answer.headers.get("ETag") || "";
      show(await answer.json());
    }
    failed = 0;
  } catch {
    failed += 1;
  }
  body.classList.toggle("stale", failed > 2);
}

function show(state) {
  for (const [name, html] of Object.entries(state.parts)) {
    const part = document.querySelector(`[data-live="${name}"]`);
    if (!part || part.dataset.html === html) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    part.innerHTML = html;
    part.dataset.html = html;
    if (focused) document.getElementById(focused)?.focus();
  }
  for (const [name, { source, dark, said }] of Object.entries(state.charts)) {
    const picture = document.querySelector(`[data-chart="${name}"]`);
    if (!picture) continue;
    const image = picture.querySelector("img");
    if (image.getAttribute("src") === source && image.alt === said) continue;
    picture.querySelector("source").srcset = dark;
    image.src = source;
    image.alt = said;
    picture.nextElementSibling.textContent = said;
  }
  const said = document.getElementById("said");
  if (said.textContent !== state.said) said.textContent = state.said;
  document.title = `Overview: ${state.said}`;
}

setInterval(refresh, Number(body.dataset.every) * 1000);
document.addEventListener("visibilitychange", refresh);
refresh();
