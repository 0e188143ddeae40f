// Requests to the sandbox. Changes go one after another, so that keys arrive in their order.

let last = Promise.resolve();

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(method, path, body, more = {}) {
  const changes = method !== "GET";
  const response = await fetch(path, {
    method,
    headers: changes ? { "Content-Type": "application/json", "X-Handset": "1" } : {},
    body: changes ? JSON.stringify(body ?? {}) : undefined,
    ...more,
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refused(response.status, answer.error ?? `status ${response.status}`);
  }
  return answer;
}

export function look(path) {
  return ask("GET", path);
}

export function change(method, path, body) {
  const done = last.then(() => ask(method, path, body));
  last = done.catch(() => undefined);
  return done;
}

export function leave(path) {
  // The page is closing: nobody waits for the answer.
  ask("DELETE", path, {}, { keepalive: true }).catch(() => undefined);
}
