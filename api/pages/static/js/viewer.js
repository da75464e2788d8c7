/* Turns the poster of viewer_3d into a model, and shows its view buttons. The poster stays
   until the model is there, and for good where it cannot be shown. */

import "../vendor/model-viewer.js";

/* The same sides as in our pictures (parametric.export.pictures). As near as it goes: a whole hand
   fits in still. */
const ORBITS = {
  askew: "35deg 60deg 90%",
  front: "180deg 75deg 80%",
  back: "0deg 75deg 80%",
  left: "-90deg 75deg 80%",
  right: "90deg 75deg 80%",
  top: "0deg 0deg 80%",
  bottom: "0deg 180deg 80%",
};

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

function show(figure) {
  const model = figure.querySelector("model-viewer");
  const poster = figure.querySelector("[data-poster]");
  const views = figure.querySelector(".viewer-views");
  const help = figure.querySelector("[data-help]");
  const buttons = [...views.querySelectorAll("[data-orbit]")];

  /* What stands beside another one is seen from the same side, and at the same scale. */
  const together = figure.closest("[data-together]");
  const radius = together && `${together.dataset.radius}m`;
  const others = [...(together?.querySelectorAll("[data-viewer]") ?? [])].filter(
    (each) => each !== figure,
  );

  const turn = (button) => {
    const orbit = ORBITS[button.dataset.orbit] ?? button.dataset.orbit;
    model.cameraOrbit = radius ? orbit.replace(/\S+$/, radius) : orbit;
    model.cameraTarget = "auto auto auto";
    if (calm.matches) model.jumpCameraToGoal();
    for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
  };

  for (const button of buttons) button.addEventListener("click", () => turn(button));
  model.addEventListener("camera-change", (change) => {
    if (change.detail.source !== "user-interaction") return;
    for (const each of buttons) each.setAttribute("aria-pressed", "false");
  });
  for (const button of buttons) {
    button.addEventListener("click", (click) => {
      if (!click.isTrusted) return;
      for (const other of others) {
        other.querySelector(`[data-orbit="${button.dataset.orbit}"]`)?.click();
      }
    });
  }
  model.addEventListener("camera-change", (change) => {
    if (change.detail.source !== "user-interaction") return;
    const now = model.getCameraOrbit();
    for (const other of others) {
      const beside = other.querySelector("model-viewer");
      if (!beside.loaded) continue;
      beside.cameraOrbit = `${now.theta}rad ${now.phi}rad ${now.radius}m`;
      for (const each of other.querySelectorAll("[data-orbit]")) {
        each.setAttribute("aria-pressed", "false");
      }
    }
  });
  model.addEventListener("load", () => {
    model.hidden = false;
    poster.hidden = true;
    views.hidden = false;
    if (help) help.hidden = false;
  });
  model.addEventListener("error", () => {
    model.hidden = true;
    poster.hidden = false;
    views.hidden = true;
    if (help) help.hidden = true;
  });

  /* Its own buttons for augmented reality are hidden but stand in the page, before all others
     for who goes through it by Tab. Where something stands in their places, they do not. */
  for (const place of ["ar-button", "exit-webxr-ar-button"]) {
    const nothing = document.createElement("span");
    nothing.slot = place;
    model.append(nothing);
  }

  /* Two of them on a page say what happens in two places, which must be told apart. */
  model.shadowRoot?.querySelector("[role=region]")?.setAttribute("aria-label", model.dataset.alt);

  model.alt = model.dataset.alt;
  model.cameraControls = true;
  model.interactionPrompt = "none";
  model.touchAction = "pan-y";
  model.minCameraOrbit = "auto 0deg auto";
  model.maxCameraOrbit = "auto 180deg auto";
  if (together) {
    model.maxCameraOrbit = `auto 180deg ${2 * together.dataset.radius}m`;
    model.fieldOfView = "30deg";
  }
  model.shadowIntensity = 0.6;
  model.exposure = 1;
  model.loading = "eager";
  if (buttons.length) turn(buttons[0]);
  model.src = model.dataset.src;
}

export function start(root = document) {
  for (const figure of root.querySelectorAll("[data-viewer]:not([data-started])")) {
    figure.dataset.started = "";
    show(figure);
  }
}

start();
/* A part of the page that htmx has replaced may hold a viewer of its own. */
document.addEventListener("htmx:after:swap", () => start());
