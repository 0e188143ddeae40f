// The telephone: what its keys and buttons do, and how long it waits for the next one.

import { Refused, change, leave, look } from "./api.js";
import * as nuisance from "./nuisance.js";
import * as screen from "./screen.js";
import * as voice from "./voice.js";

const KEYS = "1234567890*#";
const TURNED_AWAY =
  "Busy tone. The line turned this call away unanswered: Twilio charges nothing for it.";
const element = screen.element;

let phone;
let call; // what the sandbox last said of it; undefined before the first
let since = 0;
let problems = 0;
let began;
let pending = ""; // pressed, and not yet sent
let sending = false;
let calling = false;
let leaving = false; // hung up before the call was answered
let timer;

const staffPhones = document.body.dataset.staffPhones.split(" ");
const live = () => Boolean(call) && !call.over;
const aloud = () => element("aloud").checked;

// A call

async function begin(start) {
  voice.stop();
  screen.clearTranscript();
  call = undefined;
  since = problems = 0;
  pending = "";
  calling = true;
  leaving = false;
  began = Date.now();
  screen.showState("calling");
  screen.showNow("…");
  screen.showHooks({ live: true });
  try {
    take(await start());
  } catch (error) {
    fail(error);
  } finally {
    calling = false;
  }
  if (leaving && live()) hangUp();
  else send();
}

function hangUp() {
  voice.stop();
  stopClock();
  pending = "";
  if (calling) {
    leaving = true;
    screen.showState("leaving");
  } else if (call) {
    change("DELETE", `/handset/calls/${call.id}?since=${since}`).then(take, fail);
  }
}

function take(state, overheard = false) {
  if (call && state.next < since) return; // an answer that was overtaken
  // A beep in the background does not cut what the line is saying.
  const aside = overheard && state.turn === call.turn && Boolean(state.gather) === Boolean(call.gather);
  call = state;
  const said = [];
  const places = state.at.filter((place) => place >= since);
  const fresh = state.entries.filter((_, place) => state.at[place] >= since);
  since = state.next;
  for (const [place, entry] of fresh.entries()) {
    screen.showEntry(entry);
    if (entry.kind === "heard" && !entry.cut) said.push(entry);
    if (entry.kind === "played" && !entry.cut && entry.seconds) {
      said.push({ ...entry, times: 1, file: `/handset/calls/${state.id}/played/${places[place]}` });
    }
  }
  for (const problem of state.problems.slice(problems)) {
    screen.showEntry({ kind: "problem", ...problem });
  }
  problems = state.problems.length;
  if (said.length) {
    screen.showNow(inWords(said), said.at(-1).language ?? "en");
    findPaper(said.map((part) => part.text ?? `${part.name}.`).join(" "));
  } else if (state.over && !state.answered) {
    screen.showNow(state.state === "busy" ? TURNED_AWAY : "Nobody answered.");
    if (state.state === "busy" && aloud()) voice.busy();
  } else if (state.place && !state.gather && !state.round) {
    screen.showNow(""); // with somebody, no longer with the line
  }
  showLine();
  if (aside && !said.length && !state.over) return;
  stopClock();
  voice.say(said, aloud()).then((all) => all && startClock());
  refresh();
}

// Recordings one after the other make one sentence.
function inWords(said) {
  const parts = said.map((part, place) => {
    if (part.text) return part.text;
    return said[place - 1]?.file ? `· ${part.name}` : `♪ ${part.name}`;
  });
  return parts.join(" ");
}

// What the chair would do who hears a precinct or a candidate named: look there.
function findPaper(heard) {
  const named = phone.units.flatMap((unit, place) => (unit.said ?? []).map((name) => ({ name, place })));
  const [longest] = named.filter(({ name }) => ` ${screen.plain(heard)} `.includes(` ${screen.plain(name)} `)).sort((one, other) => other.name.length - one.name.length);
  if (longest) screen.chooseUnit(phone, longest.place);
  screen.markRow(heard);
}

function fail(error) {
  stopClock();
  if (error instanceof Refused && error.status === 409 && call) {
    look(`/handset/calls/${call.id}?since=${since}`).then(take, () => undefined);
    return;
  }
  if (!call || (error instanceof Refused && error.status === 404)) {
    call = call && { ...call, over: true, gather: null, bridged: false };
    screen.showState(call ? "completed" : "failed");
    showLine();
  }
  screen.showError(error.message);
}

function showLine() {
  screen.showHooks({ live: live(), bridged: call?.bridged, ready: Boolean(phone) });
  if (call) screen.showState(call.state);
  screen.showPlace(live() ? call.place : "");
  screen.showKeyed((call?.gather?.digits ?? "") + pending);
  screen.showHint(call?.gather);
}

// Others may move the call about: out of the queue, into a conversation, on hold.
async function listenIn() {
  if (!live() || sending || calling) return;
  const seen = since;
  const state = await look(`/handset/calls/${call.id}?since=${seen}`).catch(() => undefined);
  if (!state || !live() || state.id !== call.id || sending || since !== seen) return;
  if (state.next > seen || state.turn !== call.turn || state.over) take(state, true);
  else if (state.place !== call.place) {
    call = state;
    showLine();
  }
}

// Keys

function press(keys) {
  for (const key of keys) screen.flash(key);
  if (aloud()) voice.tone(keys.at(-1));
  if (!live() && !calling) {
    screen.showNow("Press Call first.");
    return;
  }
  voice.stop();
  stopClock();
  pending += keys;
  screen.showKeyed((call?.gather?.digits ?? "") + pending);
  if (!calling) send();
}

async function send() {
  if (sending) return;
  sending = true;
  try {
    while (pending && live()) {
      const keys = pending.slice(0, 64);
      const state = await change("POST", `/handset/calls/${call.id}/keys?since=${since}`, { keys });
      pending = pending.slice(keys.length);
      take(state);
    }
  } catch (error) {
    pending = "";
    fail(error);
  } finally {
    pending = live() ? pending : "";
    sending = false;
    showLine();
  }
}

// The time that a Gather waits: from the end of the speech, and anew from each key

function startClock() {
  stopClock();
  if (!live() || pending) return;
  // In a queue it goes on by itself, as music does; a hurry is only made of what was asked.
  const hurry = call.gather && (call.place || !element("patient").checked);
  if (!hurry && !call.round) return;
  const whole = (call.gather?.timeout ?? call.round) * 1000;
  const end = Date.now() + whole;
  const turn = call.turn;
  timer = setInterval(() => {
    const left = end - Date.now();
    screen.showClock(Math.max(left / whole, 0));
    if (left > 0) return;
    stopClock();
    change("POST", `/handset/calls/${call.id}/silence?since=${since}`, { turn }).then(take, fail);
  }, 100);
}

function stopClock() {
  clearInterval(timer);
  timer = undefined;
  screen.showClock(0);
}

// Whose phone

function dialled() {
  return { from: phone.number, to: element("line").value, attestation: element("attestation").value };
}

function hold(chosen) {
  phone = chosen;
  sessionStorage.setItem("phone", phone.number);
  if (!phone.unlisted) {
    sessionStorage.setItem("chair", phone.number);
    nuisance.offerForged(phone);
  }
  screen.showPhone(phone);
  element("phones").close();
  showLine();
  refresh();
}

function unit() {
  return phone?.units[element("unit").value || 0];
}

async function search(wanted) {
  const found = await look(`/handset/phones?q=${encodeURIComponent(wanted)}`);
  if (wanted === element("search").value) screen.showPhones(found, hold);
  return found;
}

async function refresh() {
  if (!phone?.number.startsWith("+")) {
    screen.showTexts([]);
    screen.showRinging(undefined);
    return;
  }
  const asked = phone;
  const found = await look(`/handset/messages?phone=${encodeURIComponent(asked.number)}`).catch(() => undefined);
  if (!found || asked !== phone) return;
  screen.showTexts(found.messages);
  const ringing = live() ? undefined : found.ringing[0];
  element("ringing").dataset.call = ringing?.id ?? "";
  screen.showRinging(ringing);
}

// A telephone of nobody's: whoever holds it still has the same paper.
function holdUnlisted(number) {
  const withheld = number === document.body.dataset.withheldPhone;
  const units = phone?.units ?? [];
  const staff = staffPhones.indexOf(number) + 1;
  if (staff) hold({ number, label: `Staff member ${staff}`, unlisted: true, staff: true, units: [] });
  else if (withheld) hold({ number, label: "Somebody", shown: "number withheld", unlisted: true, units });
  else hold({ number, label: "Somebody unknown", unlisted: true, units });
}

// From the phone of nobody's back to that of the chair whose paper it is.
async function takeChair() {
  const kept = sessionStorage.getItem("chair");
  const found = (kept && (await search(kept)).phones[0]) || (await search("")).phones[0];
  if (!found || live()) return;
  hold(found);
  element("attestation").value = "passed";
  element("call").focus();
}

// Buttons and keys

function ready() {
  element("aloud").checked = localStorage.getItem("aloud") !== "no";
  element("patient").checked = localStorage.getItem("patient") !== "no";
  element("aloud").addEventListener("change", () => {
    localStorage.setItem("aloud", aloud() ? "yes" : "no");
    if (!aloud()) window.speechSynthesis?.cancel();
  });
  element("patient").addEventListener("change", (event) => {
    localStorage.setItem("patient", event.target.checked ? "yes" : "no");
    startClock();
  });
  for (const button of document.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => press(button.dataset.key));
  }
  element("code").addEventListener("click", () => press(unit().code));
  element("pin").addEventListener("click", () => press(unit().pin));
  element("shortcuts").addEventListener("click", (event) => {
    if (event.target.dataset.keys) press(event.target.dataset.keys);
  });
  element("unit").addEventListener("change", () => {
    screen.showUnit(unit(), true);
    element("unit").blur(); // digits are for the line, not for the list
  });
  element("call").addEventListener("click", () =>
    begin(() => change("POST", "/handset/calls", dialled())),
  );
  element("hang").addEventListener("click", hangUp);
  element("callee").addEventListener("click", () =>
    change("POST", `/handset/calls/${call.id}/callee-hangs-up?since=${since}`).then(take, fail),
  );
  readyForOthers();
}

function readyForOthers() {
  const { unknownPhone, withheldPhone } = document.body.dataset;
  element("answer").addEventListener("click", () => {
    const id = element("ringing").dataset.call;
    screen.showRinging(undefined);
    begin(() => change("POST", `/handset/ringing/${id}/answer`));
  });
  element("decline").addEventListener("click", () => {
    change("POST", `/handset/ringing/${element("ringing").dataset.call}/decline`).then(refresh, refresh);
  });
  element("change").addEventListener("click", () => {
    element("phones").showModal();
    element("search").select();
    search(element("search").value);
  });
  element("search").addEventListener("input", (event) => search(event.target.value));
  element("unknown").addEventListener("click", () => holdUnlisted(unknownPhone));
  element("withheld").addEventListener("click", () => holdUnlisted(withheldPhone));
  for (const button of document.querySelectorAll("[data-staff]")) {
    button.addEventListener("click", () => holdUnlisted(button.dataset.staff));
  }
  nuisance.ready({ holder: () => phone, takeChair, refresh });
  readyForKeyboard();
  window.addEventListener("pagehide", () => live() && leave(`/handset/calls/${call.id}`));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && live()) look(`/handset/calls/${call.id}?since=${since}`).then(take, fail);
  });
  setInterval(() => live() && screen.showElapsed((Date.now() - began) / 1000), 250);
  setInterval(() => document.hidden || refresh(), 2000);
  setInterval(listenIn, 1000);
}

function readyForKeyboard() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const enters = event.key === "Enter" && !event.target.closest("button, a, summary");
    const key = enters ? "#" : event.key;
    if (!KEYS.includes(key)) return;
    event.preventDefault();
    press(key);
  });
  // A button that was clicked must not be pressed again by the Enter that ends a number.
  document.querySelector("main").addEventListener("click", (event) => {
    if (event.detail) event.target.closest("button")?.blur();
  });
}

async function start() {
  ready();
  element("worksheet").open = window.matchMedia("(min-width: 46rem)").matches;
  screen.showLines((await look("/handset/lines")).lines);
  const { unknownPhone, withheldPhone } = document.body.dataset;
  const chair = sessionStorage.getItem("chair") ?? "";
  const kept = sessionStorage.getItem("phone");
  const found = (chair && (await search(chair)).phones[0]) || (await search("")).phones[0];
  if (found) hold(found);
  const nobodys = [unknownPhone, withheldPhone, ...staffPhones].includes(kept);
  if (!found || nobodys) holdUnlisted(nobodys ? kept : unknownPhone);
}

start().catch((error) => screen.showError(error.message));
