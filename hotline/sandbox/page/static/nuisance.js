// The prankster's side: a text to the line, and calls without end.

import { change, look } from "./api.js";
import { element, phoneNumber, showSent, showPests } from "./screen.js";

const LOOK_MS = 300;
const LARGEST = 8 * 1024 * 1024; // bytes

// `holder` is whose phone is held; `takeChair` takes a chair's; `refresh` looks for new texts.
export function ready({ holder, takeChair, refresh }) {
  element("write").addEventListener("submit", (event) => {
    event.preventDefault();
    write(holder()).then(refresh);
  });
  element("pester").addEventListener("click", pester);
  element("take-chair").addEventListener("click", takeChair);
}

// Whoever knows a chair's number can have it shown; the network only cannot vouch for it.
export function offerForged(phone) {
  const option = element("forged");
  option.value = phone.number;
  option.hidden = false;
  option.textContent = `the number of a chair, ${phoneNumber(phone.number)}, forged`;
}

async function write(phone) {
  if (!phone.number.startsWith("+")) {
    showSent("From a withheld number no text can be sent.");
    return;
  }
  const body = { from: phone.number, to: element("line").value, body: element("text").value };
  try {
    body.pictures = await Promise.all([...element("photograph").files].map(picture));
    const { replies, problems } = await change("POST", "/handset/messages", body);
    element("photograph").value = "";
    if (problems.length) showSent(`The network noticed error ${problems[0].code}: ${problems[0].message}`);
    else showSent(replies ? "Sent, and answered." : "Sent. There is no answer: a phone gets one now and then, not each time.");
  } catch (error) {
    showSent(error.message);
  }
}

async function picture(file) {
  if (file.size > LARGEST) throw new Error("This picture is larger than the network takes.");
  const reader = new FileReader();
  await new Promise((done, failed) => {
    reader.onload = done;
    reader.onerror = () => failed(new Error("This picture cannot be read."));
    reader.readAsDataURL(file);
  });
  return { type: file.type, data: reader.result.split(",")[1] ?? "" };
}

async function pester() {
  const chosen = element("pest").selectedOptions[0];
  const attestation = chosen.id === "forged" ? "failed" : "passed";
  const asked = { from: chosen.value, to: element("line").value, attestation };
  element("pester").disabled = true;
  try {
    let seen = await change("POST", "/handset/nuisances", asked);
    showPests(seen);
    while (!seen.over) {
      await new Promise((done) => setTimeout(done, LOOK_MS));
      seen = await look(`/handset/nuisances/${seen.id}`);
      showPests(seen);
    }
  } catch (error) {
    showPests({ calls: [], over: true, error: error.message });
  } finally {
    element("pester").disabled = false;
  }
}
