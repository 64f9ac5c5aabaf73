"use strict";
// Browsers let a page that is opened from the disk load none of its parts: it says what to do instead.
if (location.protocol === "file:") {
  document.getElementById("trouble").textContent = "A browser runs this page only from a server: python3 -m http.server in this folder, "
    + "then open http://127.0.0.1:8000/.";
}
