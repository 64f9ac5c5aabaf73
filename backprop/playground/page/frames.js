// The frame that shows an explanation: each is another page, which is written into an empty one.
let number = 0;

export function showPage(frame, page, focus) {
  const address = `frame.html?${++number}`;
  frame.hidden = false;
  frame.onload = () => {
    if (!frame.contentDocument?.URL.endsWith(address)) return;  // that of a page before, which came too late
    frame.onload = null;
    frame.contentWindow.postMessage(page, location.origin);
    if (focus) frame.focus();
  };
  frame.src = address;
}
