// What is wrong at the top of every page, read again while the page is open. Without this file it
// is as it was when the page was loaded.
(() => {
  "use strict";
  const EVERY = 10000; // milliseconds
  const place = document.getElementById("alerts");
  if (!place) return; // a page that says all of it in its own way

  async function look() {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.from, { headers: { Accept: "text/html" }, redirect: "error" });
      if (answer.ok) show((await answer.text()).trim());
    } catch {
      // The page's own script says that the connection is lost, where that matters.
    }
  }

  function show(text) {
    const fresh = document.createElement("div");
    fresh.innerHTML = text;
    if (fresh.textContent.trim() === place.textContent.trim()) return; // nothing to read out again
    const isOpen = place.querySelector("details")?.open;
    place.replaceChildren(...fresh.childNodes);
    const details = place.querySelector("details");
    if (details) details.open = Boolean(isOpen);
  }

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
})();
