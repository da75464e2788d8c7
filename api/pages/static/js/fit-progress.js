/* Says how far a fit is, without loading the page anew. */

const kit = document.getElementById("kit");
const EVERY_MS = 1500;

async function look() {
  try {
    const answer = await fetch(kit.dataset.here, { headers: { "X-Part": "kit" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("progress")) {
      location.reload();
      return;
    }
    for (const part of ["[role=status]", "h1", "progress"]) {
      const [then, now] = [kit.querySelector(part), page.querySelector(part)];
      /* What says the same is left alone, so that nothing is read aloud twice. */
      if (then && now && then.outerHTML !== now.outerHTML) {
        if (part === "progress") then.replaceWith(now);
        else then.textContent = now.textContent;
      }
    }
  } catch {
    /* The next time may go better. */
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
