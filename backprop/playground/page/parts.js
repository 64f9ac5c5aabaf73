// The parts of the page that a link leaves out, so that a lesson shows no more than it needs.
export const PARTS = {lessons: "Start from", data: "Data", training: "Training", network: "The network", deeper: "Look deeper",
  about: "What is this?"};

export function leaveOut(names) {
  for (const element of document.querySelectorAll("[data-part]")) element.hidden = names.includes(element.dataset.part);
}

// The boxes in which one chooses; `link` gives the address of the page without the parts of these names.
export function offerParts(place, anchor, link) {
  const boxes = Object.entries(PARTS).map(([name, words]) => {
    const label = document.createElement("label"), box = document.createElement("input");
    Object.assign(box, {type: "checkbox", value: name});
    label.append(box, ` ${words}`);
    return [label, box];
  });
  const renew = () => { anchor.href = link(boxes.filter(([, box]) => box.checked).map(([, box]) => box.value)); };
  place.append(...boxes.map(([label]) => label));
  place.addEventListener("change", renew);
  for (const event of ["pointerenter", "focus"]) anchor.addEventListener(event, renew);  // the settings may have changed since
  renew();
}
