// Keeps the desk up to date, and takes the keyboard's shortcuts. Without it, all of it works by
// reloading: every action is a form.
"use strict";

const body = document.body;
const EVERY = Number(body.dataset.every) * 1000;
const SHORTCUTS_OFF = "desk.shortcuts.off";

// What a page shows of time is counted on here, so that the server need not say it again.
function tick() {
  for (const time of document.querySelectorAll("time[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - skew - Number(time.dataset.since)) / 1000));
    time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

let etag = "";
let skew = 0; // by how many milliseconds this computer's clock is ahead of the server's
let failed = 0;

async function refresh() {
  const unit = body.dataset.unit ? `?unit=${encodeURIComponent(body.dataset.unit)}` : "";
  const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
  try {
    const answer = await fetch(body.dataset.state + unit, { headers, cache: "no-store" });
    const date = Date.parse(answer.headers.get("Date"));
    if (Math.abs(Date.now() - date) > 2000) skew = Date.now() - date;
    if (answer.status === 304) { failed = 0; return; }
    if (answer.status === 401) { if (!isWriting()) location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    etag = answer.headers.get("ETag") || "";
    show(await answer.json());
    failed = 0;
  } catch {
    failed += 1;
  }
  body.classList.toggle("stale", failed > 2);
}

function show(state) {
  if (!document.querySelector("[data-live]")) return;
  // Another caller: the page is another one, unless something is being written on this one.
  if (state.case !== body.dataset.case && !isWriting()) { location.reload(); return; }
  for (const [name, html] of Object.entries(state.parts)) {
    const part = document.querySelector(`[data-live="${name}"]`);
    if (!part || part.dataset.html === html) continue;
    const inside = part.contains(document.activeElement);
    if (inside && isWriting()) continue; // the next change will show it
    const focused = inside ? document.activeElement.id : "";
    // What was said of the last action ("your telephone is ringing") is over with it.
    if (name === "me" && part.dataset.html) document.querySelector(".said").replaceChildren();
    part.innerHTML = html;
    part.dataset.html = html;
    if (focused) (document.getElementById(focused) || part.querySelector("button, a, input"))?.focus();
  }
  const said = document.getElementById("said");
  if (said && said.textContent !== state.said) said.textContent = state.said;
  const waiting = document.querySelectorAll(".queue > li").length;
  if (location.pathname === document.querySelector(".home").pathname) document.title = `Desk: ${waiting} waiting`;
  tick();
}

function isWriting() {
  const at = document.activeElement;
  return at !== null && at.matches("textarea, input:not([type=radio], [type=checkbox])") && at.value !== "";
}

// Shortcuts are single keys, outside of fields, and can be turned off.
const keys = document.getElementById("keys");
if (keys) {
  keys.checked = localStorage.getItem(SHORTCUTS_OFF) === null;
  keys.addEventListener("change", () => {
    if (keys.checked) localStorage.removeItem(SHORTCUTS_OFF);
    else localStorage.setItem(SHORTCUTS_OFF, "1");
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (localStorage.getItem(SHORTCUTS_OFF) !== null) return;
  if (event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input")) wanted.focus();
  else wanted.click();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post") form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Columns are added up while they are keyed.
function addUp(column) {
  let total = 0;
  for (const input of column.querySelectorAll("input[inputmode=numeric]")) total += Number(input.value) || 0;
  column.querySelector(".sum").textContent = `total ${total}`;
}
for (const column of document.querySelectorAll("[data-sum]")) {
  addUp(column);
  column.addEventListener("input", () => addUp(column));
}

(document.querySelector("[aria-invalid], .objection input, .asked.objection input") || document.getElementById("summary")
  || document.querySelector(".worksheet input[inputmode=numeric]"))?.focus();
tick();
setInterval(tick, 1000);
setInterval(refresh, EVERY);
if (document.querySelector("[data-live]")) refresh();
