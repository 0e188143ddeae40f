// What the page shows. It knows nothing of requests.

const STATES = {
  idle: "Ready",
  calling: "Calling…",
  queued: "Calling…",
  ringing: "Ringing…",
  "in-progress": "Connected",
  leaving: "Hanging up…",
  completed: "Call ended",
  busy: "Turned away: busy",
  "no-answer": "Not answered",
  failed: "The call failed",
  canceled: "Call ended",
};

export function element(id) {
  return document.getElementById(id);
}

function make(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

export function phoneNumber(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}` : number;
}

// The telephone

export function showState(state) {
  element("state").textContent = STATES[state] ?? state;
}

export function showPlace(text) {
  element("place").textContent = text;
  element("place").hidden = !text;
}

export function showElapsed(seconds) {
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  element("elapsed").textContent = seconds === undefined ? "" : `${Math.floor(seconds / 60)}:${rest}`;
}

export function showNow(text, language) {
  const now = element("now");
  now.textContent = text;
  now.lang = (language ?? "en").slice(0, 2);
  now.scrollTop = 0;
}

export function showKeyed(digits) {
  element("keyed").textContent = digits;
}

export function showHint(gather) {
  let hint = "";
  if (gather?.numDigits) {
    const left = gather.numDigits - gather.digits.length;
    hint = gather.numDigits === 1 ? "Press one key" : `Waiting for ${left} more ${left === 1 ? "digit" : "digits"}`;
  } else if (gather?.finishOnKey) {
    hint = `End with ${gather.finishOnKey}`;
  } else if (gather) {
    hint = "Key it and wait";
  }
  element("hint").textContent = hint || "\u00a0";
}

export function showClock(share) {
  element("clock").value = share;
}

export function flash(key) {
  const button = document.querySelector(`[data-key="${key}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 130);
}

export function showHooks({ live, bridged, ready = true }) {
  element("call").disabled = live || !ready;
  element("hang").disabled = !live;
  element("change").disabled = live;
  element("line").disabled = live;
  element("callee").hidden = !bridged;
}

// The transcript

export function clearTranscript() {
  element("transcript").replaceChildren();
}

export function showEntry(entry) {
  const list = element("transcript");
  element("silence").hidden = true;
  const last = list.lastElementChild;
  if (entry.kind === "keyed" && last?.classList.contains("keyed-entry")) {
    last.textContent += entry.keys;
  } else if (isPlayed(entry) && last?.classList.contains("played")) {
    last.textContent += ` · ${entry.name}`; // a sentence of several recordings
  } else {
    list.append(entryElement(entry));
  }
  list.scrollTop = list.scrollHeight;
}

const isPlayed = (entry) => entry.kind === "played" && !entry.cut && Boolean(entry.name);

function entryElement(entry) {
  switch (entry.kind) {
    case "heard": {
      const item = make("li", entry.text, entry.cut ? "cut" : "");
      item.lang = entry.language.slice(0, 2);
      if (entry.cut) item.title = "You keyed ahead, so this was not said.";
      return item;
    }
    case "keyed":
      return make("li", entry.keys, "keyed-entry");
    case "played":
      return make("li", `♪ ${entry.name || "a recording"}`, entry.cut ? "cut" : isPlayed(entry) ? "aside played" : "aside");
    case "paused":
      return make("li", `a pause of ${entry.seconds} s`, "aside");
    case "silent":
      return make("li", `you keyed nothing for ${entry.seconds} s`, "aside");
    case "dialled":
      return make("li", entry.bridged ? "you are put through to a person" : `a person was rung: ${entry.status}`, "aside");
    case "aside":
      return make("li", entry.text, "aside");
    case "problem":
      return make("li", `The network noticed ${entry.code > 99 ? `error ${entry.code}` : "this"}: ${entry.message}`, "warn");
    default:
      return make("li", (STATES[entry.status] ?? entry.status).toLowerCase(), "aside");
  }
}

export function showError(message) {
  showEntry({ kind: "problem", code: 0, message });
}

// Text messages and calls coming in

export function showTexts(texts) {
  const list = element("texts");
  element("no-texts").hidden = texts.length > 0;
  if (list.childElementCount === texts.length) return;
  list.replaceChildren(
    ...texts.map((text) => {
      const item = make("li", text.body);
      const at = make("time", `${new Date(text.at).toLocaleTimeString()} from ${phoneNumber(text.from)}`);
      at.dateTime = text.at;
      item.prepend(at);
      return item;
    }),
  );
}

export function showRinging(call) {
  element("ringing").hidden = !call;
  if (call) element("ringing-from").textContent = phoneNumber(call.from);
}

// The prankster's side

export function showSent(text) {
  element("sent").textContent = text;
}

export function showPests({ calls, over, error }) {
  const list = element("pests");
  if (calls.length < list.childElementCount) list.replaceChildren();
  for (const call of calls.slice(list.childElementCount)) {
    const item = make("li", `call ${list.childElementCount + 1}`, call.answered ? "" : "away");
    item.append(make("span", call.answered ? `answered, ${call.seconds} s` : "turned away: busy, unanswered"));
    list.append(item);
  }
  const away = calls.filter((call) => !call.answered).length;
  element("pestered").textContent = error || (over ? verdict(calls.length, away) : "Calling…");
  element("still").hidden = !over || Boolean(error);
}

function verdict(all, away) {
  const cost = away ? " Twilio charges nothing for a call turned away unanswered." : "";
  const silence = away ? " When they may try again, nobody tells them." : "";
  return `${away} of ${all} calls were turned away.${cost}${silence}`;
}

// Whose phone it is

export function showPhone(phone) {
  element("owner").textContent = phone.label;
  element("owner-number").textContent = phone.shown ?? phoneNumber(phone.number);
  element("secrets").hidden = phone.units.length === 0;
  element("unlisted").hidden = !phone.unlisted || Boolean(phone.staff);
  element("staff").hidden = !phone.staff;
  element("unit-field").hidden = phone.units.length < 2;
  element("unit").replaceChildren(
    ...phone.units.map((unit, place) => {
      const option = make("option", `${unit.code} ${unit.name}`);
      option.value = place;
      return option;
    }),
  );
  if (phone.units.length) showUnit(phone.units[0], phone.units.length > 1);
}

export function chooseUnit(phone, place) {
  element("unit").value = place;
  showUnit(phone.units[place], phone.units.length > 1);
}

export function showUnit(unit, chosen) {
  element("unit-name").textContent = unit.name;
  element("unit-name").hidden = chosen;
  element("code").querySelector("b").textContent = unit.code;
  element("pin").hidden = !unit.pin;
  element("pin").querySelector("b").textContent = unit.pin ?? "";
  element("worksheet").hidden = !unit.worksheet;
  element("shortcuts").hidden = !unit.worksheet?.shortcuts.length;
  if (unit.worksheet) showWorksheet(unit.worksheet);
}

function showWorksheet({ head, rows, said, shortcuts }) {
  const heading = make("tr");
  heading.append(
    ...head.map((text) => {
      const cell = make("th", text);
      cell.scope = "col";
      return cell;
    }),
  );
  const lines = rows.map((row, place) => {
    const line = make("tr");
    line.dataset.said = JSON.stringify(said?.[place] ?? []);
    line.append(...head.map((_, place) => make("td", row[place] ?? "", cellKind(row[place] ?? ""))));
    return line;
  });
  element("shortcuts").replaceChildren(
    ...shortcuts.map(({ label, keys }) => {
      const button = make("button", label, "plain");
      button.type = "button";
      button.title = keys;
      button.dataset.keys = keys;
      return button;
    }),
  );
  element("worksheet").querySelector("table").replaceChildren(heading, ...lines);
}

function cellKind(text) {
  if (text === "0") return "zero";
  return /^\d*$/.test(text) ? "" : "name";
}

// The line names a candidate, in whatever language: the finger goes to that row of the paper.
// Of a recording only the name of its file is known: without capitals, accents and signs.
export function plain(text) {
  const letters = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

export function markRow(heard) {
  const sentences = heard.split(/(?<=[.?!])\s+/);
  const ends = sentences.map((_, place) => plain(sentences.slice(place).join(" ")));
  for (const row of element("worksheet").querySelectorAll("tr")) {
    row.classList.toggle("asked", JSON.parse(row.dataset.said ?? "[]").some((name) => ends.includes(plain(name))));
  }
}

export function showPhones({ total, phones }, choose) {
  const more = total > phones.length ? `; showing ${phones.length}` : "";
  element("found").textContent = `${total} ${total === 1 ? "phone" : "phones"}${more}`;
  element("list").replaceChildren(
    ...phones.map((phone) => {
      const button = make("button", undefined, "plain");
      button.type = "button";
      const units = phone.units.map((unit) => `${unit.code} ${unit.name}`).join(", ");
      button.append(make("b", phone.label), make("small", `${phoneNumber(phone.number)}${units ? ` · ${units}` : ""}`));
      button.addEventListener("click", () => choose(phone));
      const item = make("li");
      item.append(button);
      return item;
    }),
  );
}

export function showLines(lines) {
  element("line").replaceChildren(
    ...lines.map((line) => {
      const option = make("option", `${line.label} · ${phoneNumber(line.number)}`);
      option.value = line.number;
      return option;
    }),
  );
}
