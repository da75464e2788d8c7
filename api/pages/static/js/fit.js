/* Shows what a changed measurement makes, without loading the page anew. What is typed is sent as
   the form would send it; facts and model come back. The model on show stays until the new one is
   there. */

const form = document.getElementById("fit-change");
const state = document.getElementById("fit-state");
const viewer = document.getElementById("viewer");
const CALM_MS = 350;

let asked = 0;
let waiting;
let running;

function tell(what) {
  state.textContent = what ? state.dataset[what] : "";
}

async function show() {
  const mine = ++asked;
  running?.abort();
  running = new AbortController();
  tell("busy");
  performance.mark("fit-asked");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Part": "facts" },
      signal: running.signal,
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const facts = page.getElementById("fit-facts");
    if (mine !== asked) return;
    if (!facts) {
      form.submit();
      return;
    }
    const model = facts.dataset.model;
    if (model && !viewer) {
      /* There was nothing to show before: the page is another one now. */
      form.submit();
      return;
    }
    marks(facts);
    document.getElementById("fit-facts").replaceChildren(...facts.childNodes);
    if (!answer.ok || !model) {
      tell("wrong");
      return;
    }
    viewer.alt = facts.dataset.alt;
    if (model === viewer.getAttribute("src") || model === viewer.src) {
      tell("done");
      return;
    }
    viewer.addEventListener(
      "load",
      () => {
        if (mine !== asked) return;
        performance.measure("fit-shown", "fit-asked");
        viewer.dataset.shown = model;
        tell("done");
      },
      { once: true },
    );
    viewer.src = model;
  } catch (error) {
    if (error.name !== "AbortError") form.submit();
  }
}

/* Fields that are wrong say so, as they would on a page of its own. */
function marks(facts) {
  const wrong = new Set(
    [...facts.querySelectorAll(".govuk-error-summary__list a")].map((a) => a.hash.slice(1)),
  );
  for (const field of form.querySelectorAll("input, select")) {
    if (wrong.has(field.name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    field.classList.toggle("govuk-input--error", wrong.has(field.name) && field.type === "text");
  }
}

function soon(after) {
  clearTimeout(waiting);
  waiting = setTimeout(show, after);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  soon(0);
});
/* Ticks and choices count at once; a number when somebody is done with it. */
form.addEventListener("change", (event) => {
  if (event.target.name === "unit") form.submit();
  else soon(0);
});
form.addEventListener("input", (event) => {
  if (event.target.type === "text") soon(CALM_MS);
});
