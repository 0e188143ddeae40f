// What is wrong at the top of every page, read again while the page is open. Without this file it
// is as it was when the page was loaded.
(() => {
  "use strict";
  const EVERY = 10000; // milliseconds
  const place = document.getElementById("alerts");
  if (!place) return; // a page that says all of it in its own way
  let known = place.innerHTML.trim();

  async function look() {
    if (!document.hidden) {
      try {
        const answer = await fetch(place.dataset.from, { headers: { Accept: "text/html" }, redirect: "error" });
        if (answer.ok) show((await answer.text()).trim());
      } catch {
        // The page's own script says that the connection is lost, where that matters.
      }
    }
    setTimeout(look, EVERY);
  }

  function show(text) {
    if (text === known) return; // what has not changed is not read out again
    const isOpen = place.querySelector("details")?.open;
    place.innerHTML = known = text;
    const details = place.querySelector("details");
    if (details) details.open = Boolean(isOpen);
  }

  setTimeout(look, EVERY);
})();
