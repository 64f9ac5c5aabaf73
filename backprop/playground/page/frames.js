// The frame that shows an explanation: each is another page, which is written into an empty one.
let number = 0;

export function showPage(frame, page, focus) {
  frame.hidden = false;
  frame.addEventListener("load", () => {
    frame.contentWindow.postMessage(page, location.origin);
    if (focus) frame.focus();
  }, {once: true});
  frame.src = `frame.html?${++number}`;
}
