// Starts everything a page may need; each part finds its own data-* attributes.
import "bootstrap/js/dist/alert";
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import "bootstrap/js/dist/offcanvas";
import { confirmations } from "./confirm.js";
import { drawer } from "./drawer.js";
import { guard } from "./guard.js";
import { keys } from "./keys.js";
import { lists } from "./lists.js";
import { enliven } from "./parts.js";
import { reveals } from "./reveal.js";
import { guardRequests } from "./requests.js";
import { side } from "./side.js";
import { themeSwitch } from "./switch.js";
import { uploads } from "./upload.js";

confirmations();
guardRequests();
side();
themeSwitch();
drawer();
guard();
keys();
lists();
uploads();
reveals();
enliven(document.body);
document.addEventListener("htmx:afterSettle", (event) => enliven(event.detail.target));
