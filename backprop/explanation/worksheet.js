"use strict";
// What is typed into a field is right if it is the answer to the printed digits.
(() => {
  const output = document.querySelector("output"), digits = Number(output.dataset.digits);
  const fields = [...document.querySelectorAll("input[data-answer]")];

  // The number that a text says, as −0.5, 1e−07 or 2/3.
  function read(text) {
    const [above, below = "1", ...more] = text.trim().replace(/−/g, "-").split("/");
    return above && !more.length ? Number(Number(above) / Number(below)).toPrecision(digits) : "";
  }

  function check(field) {
    const right = field.value.trim() !== "" && read(field.value) === read(field.dataset.answer);
    field.classList.toggle("right", right);
    field.classList.toggle("wrong", !right && field.value.trim() !== "");
    field.setAttribute("aria-invalid", field.classList.contains("wrong"));
    output.textContent = `${document.querySelectorAll(".right").length} of ${fields.length} are right.`;
  }

  fields.forEach((field) => field.addEventListener("change", () => check(field)));
})();
