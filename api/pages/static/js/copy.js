/* Buttons that copy what stands in a field. They are hidden where a browser cannot do it. */

for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue;
  const field = document.getElementById(button.dataset.copies);
  const said = document.getElementById(button.getAttribute("aria-describedby"));
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = button.dataset.done;
    } catch {
      /* Somebody said no: then they copy it by hand. */
      field.focus();
      field.select();
    }
  });
}
