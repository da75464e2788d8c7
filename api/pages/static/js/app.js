/* What every page gains from scripts; none needs them. */

import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  Radios,
  SkipLink,
  createAll,
} from "../vendor/govuk-frontend.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}

export function start(root = document) {
  for (const each of [Button, CharacterCount, Checkboxes, ErrorSummary, Radios, SkipLink]) {
    createAll(each, {}, root);
  }
}

start();
