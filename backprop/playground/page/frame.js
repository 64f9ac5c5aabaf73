"use strict";
// The explanation of a step is a page of its own, which the page around this frame hands over to be written here.
addEventListener("message", ({data, origin}) => {
  if (origin !== location.origin) return;
  document.open();
  document.write(data);
  document.close();
});
