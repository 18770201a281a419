// Starts everything a page may need; each part finds its own data-* attributes.
import "bootstrap/js/dist/alert";
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import "bootstrap/js/dist/offcanvas";
import { boards } from "./boards.js";
import { confirmations } from "./confirm.js";
import { keepsOpen } from "./details.js";
import { drawer } from "./drawer.js";
import { guard } from "./guard.js";
import { inserts } from "./insert.js";
import { keys } from "./keys.js";
import { lists } from "./lists.js";
import { marks } from "./marks.js";
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
keepsOpen();
guard();
inserts();
keys();
lists();
uploads();
marks();
reveals();
boards();
enliven(document.body);
// An outerHTML swap takes the request's own target away: what settled is the target of the event.
document.addEventListener("htmx:afterSettle", (event) => enliven(event.target));
